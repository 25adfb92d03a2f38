import { describe, expect, it } from '@jest/globals';
import { anyText } from '@quantum/generators';
import fc from 'fast-check';
import { EXECUTION_RESULT_TEXT, EXECUTION_RESULTS, EXECUTION_STREAMS, parseTime } from './index.js';
import type { Execution, ExecutionFields, ExecutionStream } from './index.js';

/** Time of the entries. */
const AT = Date.parse('2026-02-09T23:20:30Z') / 1000;
const STATED = Date.parse('2026-02-09T23:20:25.500Z') / 1000;

// What each publisher writes, with the types and formats of its code.
const REWARD = {
  symbol: 'BTCUSDT', reward: '0.731250', pnl: '7.412500', pnl_net: '7.3125', commission: '0.1', pnl_pct: '0.0104',
  confidence: '0.7', side: 'LONG', order_id: '1162233167', source: 'binance', timestamp: '2026-02-09T23:20:25.500000+00:00',
}; // prettier-ignore
const EXIT_PNL = {
  symbol: 'BTCUSDT', pnl: '7.3125', confidence: '0.7', volatility: '0.02', side: 'LONG', source: 'binance',
  timestamp: '2026-02-09T23:20:25.500000+00:00',
}; // prettier-ignore
const EXIT_PLAN = {
  timestamp: '1770679225.5', symbol: 'BTCUSDT', side: 'long', confidence: '0.81', dynamic_leverage: '7.5',
  take_profit_pct: '0.021', stop_loss_pct: '0.011', volatility: '0.004', exch_divergence: '0.0', funding_rate: '0.0001',
  pnl_trend: '0.2', margin_util: '0.3',
}; // prettier-ignore
const CLOSED = {
  event_type: 'trade.closed', timestamp: '2026-02-09T23:20:25.500000', symbol: 'BTCUSDT', side: 'LONG',
  entry_price: '71000.1', exit_price: '71420.5', pnl_percent: '0.59', confidence: '0.5', model_id: 'main_lane_close',
  R_net: '0.0', pnl_usd: '0.0', reason: 'main_lane_flat', order_id: '1162233167', source: 'intent_executor_main',
}; // prettier-ignore
const ORDER = {
  symbol: 'BTCUSDT', side: 'BUY', quantity: 0.002, price: 71000.5, order_id: 1162233167, status: 'filled', fee_usd: 0.057,
  paper_trade: false, timestamp: '2026-02-09T23:20:25.500000Z',
}; // prettier-ignore
const result = (order: object): ExecutionFields => ({
  event_type: 'execution.result', payload: JSON.stringify(order), trace_id: '', timestamp: '2026-02-09T23:20:26Z',
  source: 'execution-service',
}); // prettier-ignore
const executor = (executed: boolean, details: object): ExecutionFields => ({
  event_type: 'apply.result', plan_id: 'p-1', symbol: 'BTCUSDT', executed: String(executed), source: 'intent_executor',
  details: JSON.stringify({ plan_id: 'p-1', symbol: 'BTCUSDT', executed, source: 'intent_executor', timestamp: 1770679225, ...details }),
  timestamp: '1770679225',
}); // prettier-ignore
const FILL = {
  side: 'SELL',
  qty: 0.003,
  order_id: 1162233168,
  filled_qty: 0.002,
  order_status: 'FILLED',
  permit: { allow: true },
};
const LAYER = {
  plan_id: 'p-1', symbol: 'BTCUSDT', decision: 'EXECUTE', executed: 'True', would_execute: 'True',
  steps_results: '[{"step": "CLOSE_PARTIAL_75", "status": "success"}]', error: '', timestamp: '1770679225',
}; // prettier-ignore

const found = (own: Partial<Execution>): Execution => ({
  symbol: 'BTCUSDT', atSec: STATED, orderId: undefined, fill: undefined, feesUsd: undefined, netPnlUsd: undefined, ...own,
}); // prettier-ignore
const read = (stream: ExecutionStream, fields: ExecutionFields, atSec = AT) =>
  EXECUTION_STREAMS[stream].adapter(fields, atSec);

describe('each publisher’s entries', () => {
  const id = { orderId: '1162233167' };
  it.each<[string, ExecutionStream, ExecutionFields, string, Partial<Execution>?]>([
    ['reward', 'rl_rewards', REWARD, 'ok', { ...id, feesUsd: 0.1, netPnlUsd: 7.3125 }],
    [
      'reward without a net',
      'rl_rewards',
      { ...REWARD, pnl_net: '' },
      'ok',
      { ...id, feesUsd: 0.1, netPnlUsd: 7.3125 },
    ],
    ['reward, zero P&L', 'rl_rewards', { ...REWARD, pnl: '0.0', pnl_net: '-0.1' }, 'zero_pnl', { ...id, feesUsd: 0.1 }],
    ['reward of other orders', 'rl_rewards', { ...REWARD, source: 'binance_recent' }, 'other_orders', id],
    ['reward, no order', 'rl_rewards', { ...REWARD, order_id: '?' }, 'ok', { feesUsd: 0.1, netPnlUsd: 7.3125 }],
    ['reward without money', 'rl_rewards', { symbol: 'BTCUSDT', reward: '0.2' }, 'no_pnl'],
    ['exit brain P&L', 'exitbrain_pnl', EXIT_PNL, 'ok', { netPnlUsd: 7.3125 }],
    ['exit brain P&L, zero', 'exitbrain_pnl', { ...EXIT_PNL, pnl: '0.0' }, 'zero_pnl', {}],
    ['exit brain P&L, NaN', 'exitbrain_pnl', { ...EXIT_PNL, pnl: 'nan' }, 'invalid_number', {}],
    ['exit brain plan', 'exitbrain_pnl', EXIT_PLAN, 'no_pnl'],
    ['closed trade', 'trade_closed', CLOSED, 'zero_pnl', id],
    ['harvested trade', 'trade_closed', { ...CLOSED, pnl_usd: '4.20' }, 'ok', id],
    [
      'order',
      'execution_result',
      result(ORDER),
      'ok',
      { ...id, fill: { qty: 0.002, priceUsd: 71000.5 }, feesUsd: 0.057 },
    ],
    ['paper order', 'execution_result', result({ ...ORDER, paper_trade: true }), 'paper_trade'],
    ['paper order in Python', 'execution_result', result({ ...ORDER, paper_trade: 'True' }), 'paper_trade'],
    ['rejected order', 'execution_result', result({ ...ORDER, status: 'REJECTED' }), 'not_executed'],
    [
      'order filled in part',
      'execution_result',
      result({ ...ORDER, status: 'PARTIALLY_FILLED', filled_qty: 0.001 }),
      'ok',
      { ...id, fill: { qty: 0.001, priceUsd: 71000.5 }, feesUsd: 0.057 },
    ],
    [
      'order that expired with a part filled',
      'execution_result',
      result({ ...ORDER, status: 'expired', executed_qty: '0.001' }),
      'ok',
      { ...id, fill: { qty: 0.001, priceUsd: 71000.5 }, feesUsd: 0.057 },
    ],
    [
      'order in part, of what is not stated',
      'execution_result',
      result({ ...ORDER, status: 'partial' }),
      'not_executed',
    ],
    [
      'order that is filled, of which nothing was',
      'execution_result',
      result({ ...ORDER, filled_qty: 0 }),
      'not_executed',
    ],
    [
      'order whose average price is not known',
      'execution_result',
      result({ ...ORDER, avg_price: '0.0' }),
      'ok',
      { ...id, fill: { qty: 0.002, priceUsd: 71000.5 }, feesUsd: 0.057 },
    ],
    [
      'order of an unknown side',
      'execution_result',
      result({ ...ORDER, side: 'OPEN_LONG' }),
      'no_fill',
      { ...id, feesUsd: 0.057 },
    ],
    [
      'order without an id',
      'execution_result',
      result({ ...ORDER, order_id: -1 }),
      'ok',
      { fill: { qty: 0.002, priceUsd: 71000.5 }, feesUsd: 0.057 },
    ],
    [
      'fee under a second name',
      'execution_result',
      result({ ...ORDER, commission: 'None', price: null, avg_price: 5 }),
      'ok',
      { ...id, fill: { qty: 0.002, priceUsd: 5 }, feesUsd: 0.057 },
    ],
    ['canceled order', 'execution_result', result({ ...ORDER, status: 'CANCELED', filled_qty: 0 }), 'not_executed'],
    [
      'rejected order that states a quantity',
      'execution_result',
      result({ ...ORDER, status: 'rejected', filled_qty: 1 }),
      'not_executed',
    ],
    [
      'order as flat fields',
      'execution_result',
      { symbol: 'BTCUSDT', timestamp: '1770679225' },
      'no_fill',
      { atSec: 1770679225 },
    ],
    [
      'order without a price',
      'execution_result',
      result({ ...ORDER, price: null, fee_usd: NaN }),
      'no_fill',
      { ...id, fill: { qty: 0.002, priceUsd: undefined } },
    ],
    [
      'executor, filled',
      'apply_result',
      executor(true, FILL),
      'ok',
      { atSec: 1770679225, orderId: '1162233168', fill: { qty: -0.002, priceUsd: undefined } },
    ],
    ['executor, nothing filled', 'apply_result', executor(true, { ...FILL, filled_qty: 0 }), 'not_executed'],
    ['executor, failed', 'apply_result', executor(false, { error: 'binance_error' }), 'not_executed'],
    ['Apply Layer, executed', 'apply_result', LAYER, 'ok', { atSec: 1770679225 }],
    ['Apply Layer, would execute', 'apply_result', { ...LAYER, executed: 'False' }, 'not_executed'],
  ])('%s', (...[, stream, fields, code, own]) => {
    const expected = own && found(own);
    expect(read(stream, fields)).toEqual({ result: code, ...(expected && { execution: expected, statesTime: true }) });
  });

  it.each<[string, ExecutionFields, string]>([
    ['cut JSON', { payload: '{"symbol": "BTC' }, 'invalid_json'],
    ['a list', { symbol: 'BTCUSDT', payload: '[1]' }, 'invalid_json'],
    ['no symbol', { payload: '{}' }, 'invalid_symbol'],
    ['a symbol with braces', { symbol: '{a}' }, 'invalid_symbol'],
    ['a symbol that is an object', { payload: '{"symbol": {"a": 1}}' }, 'invalid_symbol'],
    ['a word for a quantity', result({ ...ORDER, quantity: 'all' }), 'invalid_number'],
    ['a negative quantity', result({ ...ORDER, quantity: -1 }), 'invalid_number'],
    ['a quantity out of range', result({ ...ORDER, quantity: 1e16 }), 'invalid_number'],
    ['a value out of range', result({ ...ORDER, quantity: 1e9, price: 1e9 }), 'invalid_number'],
    ['fees out of range', result({ ...ORDER, fee_usd: -1e16 }), 'invalid_number'],
    ['a payload of free text', { symbol: 'BTCUSDT', payload: 'closed by hand' }, 'invalid_json'],
    ['cut JSON in the details', { symbol: 'BTCUSDT', details: '{"side": "BU' }, 'invalid_json'],
    [
      'NaN as Python writes it',
      { payload: '{"symbol": "BTCUSDT", "quantity": NaN}', timestamp: String(AT) },
      'invalid_number',
    ],
  ])('%s of execution.result', (_name, fields, code) => {
    expect(read('execution_result', fields).result).toBe(code);
  });

  it.each(['8389765519374629101', '-8389765519374629101', '12345678901234567890123'])(
    'reads every digit of the order %s',
    (id) => {
      const payload = `{"symbol": "BTCUSDT", "note": "order 8389765519374629102, \\"x", "orderId": ${id}, "quantity": 1, "side": "BUY", "price": 0.12345678901234567}`;
      const { execution } = read('execution_result', { payload });
      expect(execution).toMatchObject({ orderId: id, fill: { qty: 1, priceUsd: 0.12345678901234567 } });
    },
  );

  it('reads a long integer that is an amount', () => {
    const payload = '{"symbol": "BTCUSDT", "quantity": 1000000000000000, "side": "BUY", "price": NaN}';
    expect(read('execution_result', { payload }).execution?.fill?.qty).toBe(1e15);
  });

  it.each([
    ['free text', { details: 'closed by hand', data: '[]' }],
    ['a list in the payload', { payload: JSON.stringify({ ...ORDER, details: ['a'], data: [] }) }],
  ])('reads an entry beside %s', (_name, own) => {
    const { result: code, execution } = read('execution_result', { ...result(ORDER), ...own });
    expect([code, execution?.fill?.qty]).toEqual(['ok', 0.002]);
  });

  it('says whether an entry states its time', () => {
    expect(read('rl_rewards', REWARD).statesTime).toBe(true);
    expect(read('rl_rewards', { ...REWARD, timestamp: '12.5' }).statesTime).toBe(false);
  });

  it('reads JSON within JSON, and no deeper', () => {
    const inner = { data: JSON.stringify(ORDER), timestamp: '2026-02-09T23:20:25.500Z' };
    expect(read('execution_result', result(inner)).execution).toMatchObject({
      fill: { qty: 0.002 },
      orderId: '1162233167',
    });
    expect(read('execution_result', result({ data: { data: JSON.stringify(ORDER) } })).result).toBe('invalid_symbol');
  });

  it.each([
    ['absent', undefined],
    ['no time', 'soon'],
    ['ahead of the entry', String(AT + 61)],
  ])('takes the time of the entry where its own is %s', (_name, timestamp) => {
    const fields = Object.entries({ ...REWARD, timestamp }).filter(([, value]) => value !== undefined);
    const { result: code, execution } = read('rl_rewards', Object.fromEntries(fields) as ExecutionFields);
    expect([code, execution?.atSec]).toEqual(['no_time', AT]);
  });
});

it.each([
  ['2026-02-09T23:20:25.849704Z', 1770679225.849704],
  ['2026-02-09T23:20:25.849704', 1770679225.849704],
  ['2026-02-09 23:20:25', 1770679225],
  ['2026-02-10T00:20:25+01:00', 1770679225],
  ['2026-02-10T00:20:25+0100', 1770679225],
  ['2026-02-09T18:20:25-05', 1770679225],
  ['1770679225', 1770679225],
  [' 1770679225.5 ', 1770679225.5],
  ['1770679225500', 1770679225.5],
  ['1770679225500000', 1770679225.5],
  ['1770679225500000000', 1770679225.5],
  ['0', undefined],
  ['-5', undefined],
  ['1e300', undefined],
  ['nan', undefined],
  ['2026-02-30T25:00:00Z', undefined],
  ['2026-02-09', undefined],
  ['yesterday', undefined],
])('the time %s', (text, sec) => {
  if (sec === undefined) expect(parseTime(text)).toBeUndefined();
  else expect(parseTime(text)).toBeCloseTo(sec, 6);
});

describe('any entry', () => {
  const names = Object.keys({
    ...REWARD,
    ...CLOSED,
    ...ORDER,
    ...FILL,
    ...LAYER,
    payload: 0,
    details: 0,
    data: 0,
    ts: 0,
  });
  const word = fc.oneof(
    fc.constantFrom(
      ...['', ' ', 'nan', 'NaN', 'inf', '-Infinity', '1e999', '-1e308', 'None', 'True', '{}', '{', '[]', 'null', 'BUY'],
      ...['BTCUSDT', 'filled', 'binance', '0', '-0', '1.5', '1770679225', '2026-02-09T23:20:25', '{"symbol": NaN}'],
    ),
    anyText({ maxLength: 30 }),
  );
  const values = fc.oneof(word, fc.double(), fc.boolean(), fc.constant(null), fc.constant({ a: [1] }));
  const object = fc.dictionary(fc.constantFrom(...names), values);
  const fields = fc
    .tuple(fc.dictionary(fc.constantFrom(...names), word), fc.option(object, { nil: undefined }))
    .map(([flat, nested]) => ({ ...flat, ...(nested && { payload: JSON.stringify(nested) }) }));

  it('is read without an exception and without NaN, and has a listed result', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...(Object.keys(EXECUTION_STREAMS) as ExecutionStream[])),
        fields,
        (stream, entry) => {
          const { result: code, execution } = read(stream, entry);
          expect(EXECUTION_RESULTS).toContain(code);
          if (!execution) return;
          const { atSec, fill, feesUsd = 0, netPnlUsd = 0 } = execution;
          for (const number of [atSec, fill?.qty ?? 0, fill?.priceUsd ?? 1, feesUsd, netPnlUsd]) {
            expect(Number.isFinite(number)).toBe(true);
          }
          expect(atSec).toBeGreaterThan(0);
          expect(fill?.qty).not.toBe(0);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('has a text for every result, in the order of the codes', () => {
    expect(Object.keys(EXECUTION_RESULT_TEXT)).toEqual([...EXECUTION_RESULTS]);
  });
});
