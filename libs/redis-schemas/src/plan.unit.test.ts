import { describe, expect, it } from '@jest/globals';
import { anyText } from '@quantum/generators';
import fc from 'fast-check';
import { CLOSING_ACTIONS, fieldsOf, parsePlan, planNumber } from './index.js';

const fields = {
  plan_id: 'plan-1',
  symbol: 'BTCUSDT',
  action: 'OPEN',
  decision: 'EXECUTE',
  kill_score: '0.1',
  qty: '2',
  price: '50.5',
};
const plan = {
  planId: 'plan-1',
  symbol: 'BTCUSDT',
  action: 'OPEN',
  closing: false,
  closesByActionOnly: false,
  stopUpdate: false,
  side: undefined,
  qty: 2,
  qtyText: '2',
  priceUsd: 50.5,
  statedNotionalUsd: undefined,
  timestampSec: undefined,
  unreadableFields: [],
};
const byFlag = { closing: true };
const byAction = { closing: true, closesByActionOnly: true };

describe('a number of a plan that a gate declares', () => {
  it.each([
    ['absent', undefined, undefined],
    ['empty', '', undefined],
    ['blank', ' ', undefined],
    ['of all blanks', ' \t\r\n\f\v', undefined],
    ['of a letter', 'V', 'unreadable'],
    ['of a word', 'high', 'unreadable'],
    ['of None', 'None', 'unreadable'],
    ['beyond a double', '1e999', 'unreadable'],
    ['with blanks', ' 0.1 ', 0.1],
    ['of any size', '7', 7],
  ])('%s', (_name, text, expected) => {
    expect(planNumber(text)).toBe(expected);
  });
});

describe('a plan', () => {
  it.each([
    ['as agreed', {}, {}],
    ['unknown fields', { note: 'x', leverage: '5' }, {}],
    ['empty price', { price: '' }, { priceUsd: undefined }],
    ['price 0, which counts as absent', { price: '0' }, { priceUsd: undefined }],
    ['entry_price without a price', { price: '', entry_price: '71000.00' }, { priceUsd: 71000 }],
    ['entry_price with a price of 0', { price: '0.0', entry_price: '7' }, { priceUsd: 7 }],
    ['price before entry_price', { entry_price: 'x' }, {}],
    [
      'entry_price that is not a number',
      { price: '', entry_price: 'x' },
      { priceUsd: undefined, unreadableFields: ['entry_price'] },
    ],
    ['empty qty', { qty: '' }, { qty: undefined, qtyText: undefined }],
    [
      'a qty of a million digits',
      { qty: `0.${'1'.repeat(1_000_000)}` },
      { qty: 0.1111111111111111, qtyText: `0.${'1'.repeat(1_000_000)}` },
    ],
    ['zero qty', { qty: '0' }, { qty: 0, qtyText: '0' }],
    [
      'qty of more digits than a double has',
      { qty: ' +00.12345678901234567890 ' },
      { qty: 0.12345678901234568, qtyText: '0.12345678901234567890' },
    ],
    ['close_qty of an opening plan', { close_qty: '1' }, {}],
    ['stated notional', { notional_usd: '75.5' }, { statedNotionalUsd: 75.5 }],
    ['least stated notional', { notional_usd: '5e-324' }, { statedNotionalUsd: 5e-324 }],
    ['empty notional', { notional_usd: ' ' }, {}],
    ...['x', '-1', 'NaN', '0', '-0', '+0.0', '0e5', '1e-999', '-1e-999', '1e999'].map(
      (notional_usd) =>
        [
          `notional ${notional_usd}`,
          { notional_usd },
          { statedNotionalUsd: 'unreadable', unreadableFields: ['notional_usd'] },
        ] as const,
    ),
    ['timestamp with a fraction', { timestamp: '1763386800.123' }, { timestampSec: 1763386800.123 }],
    ['timestamp that is not a number', { timestamp: 'now' }, {}],
    ...(['BUY', ' long ', 'Buy'] as const).map((side) => [`side ${side}`, { side }, { side: 'buy' }] as const),
    ...(['SELL', 'SHORT'] as const).map((side) => [`side ${side}`, { side }, { side: 'sell' }] as const),
    ...['CLOSE', '', 'constructor'].map(
      (side) => [`side "${side}", which gives no direction and closes nothing`, { side }, {}] as const,
    ),
    ['symbol with colons and blanks', { symbol: 'BTC:PERP X' }, { symbol: 'BTC:PERP X' }],
    ['64 characters beyond the BMP', { symbol: '𝔅'.repeat(64) }, { symbol: '𝔅'.repeat(64) }],
    ['longest plan id', { plan_id: '~'.repeat(128) }, { planId: '~'.repeat(128) }],
    ['every allowed mark', { plan_id: '!"#$%&/:;<=>?@[]^_`|~' }, { planId: '!"#$%&/:;<=>?@[]^_`|~' }],
    ...CLOSING_ACTIONS.map((action) => [action, { action }, { action, ...byAction }] as const),
    ['another case of a closing action', { action: 'partial_50' }, { action: 'partial_50' }],
    ['no action', { action: '' }, { action: '' }],
    ['reduceOnly', { reduceOnly: 'True' }, byFlag],
    ['reduceOnly 1', { reduceOnly: '1' }, byFlag],
    ['reduce_only', { reduce_only: 'true' }, byFlag],
    ['closePosition', { closePosition: ' TRUE ' }, byFlag],
    ['one flag of several', { reduceOnly: 'false', reduce_only: '0', closePosition: '1' }, byFlag],
    ['action and flag', { action: 'PARTIAL_50', reduceOnly: 'true' }, { action: 'PARTIAL_50', ...byFlag }],
    [
      'an unknown closing action with its flag',
      { action: 'PARTIAL_33', reduceOnly: 'true' },
      { action: 'PARTIAL_33', ...byFlag },
    ],
    ['an unknown closing action', { action: 'PARTIAL_33' }, { action: 'PARTIAL_33' }],
    ['stop update', { action: 'UPDATE_SL' }, { action: 'UPDATE_SL', closing: true, stopUpdate: true }],
    [
      'close_qty of a closing plan',
      { reduceOnly: 'true', close_qty: '0.50' },
      { ...byFlag, qty: 0.5, qtyText: '0.50' },
    ],
    ['empty close_qty', { reduceOnly: 'true', close_qty: '' }, byFlag],
    [
      'close_qty that is not a number',
      { reduceOnly: 'true', close_qty: '-1' },
      { ...byFlag, unreadableFields: ['close_qty'] },
    ],
    [
      'qty and price that are not numbers, of a closing plan',
      { reduceOnly: 'true', qty: 'all', price: '-1' },
      { ...byFlag, qty: undefined, qtyText: undefined, priceUsd: undefined, unreadableFields: ['qty', 'price'] },
    ],
    ['reduceOnly false', { reduceOnly: 'False' }, {}],
    ['reduceOnly empty', { reduceOnly: '' }, {}],
  ])('%s', (_name, given, expected) => {
    const entry = { ...fields, ...given };
    expect(parsePlan(entry)).toEqual({ kind: 'plan', plan: { ...plan, ...expected, fields: entry } });
  });

  it.each(['qty', 'price', 'kill_score', 'action'])('may lack %s', (name) => {
    expect(parsePlan(Object.fromEntries(Object.entries(fields).filter(([field]) => field !== name))).kind).toBe('plan');
  });
});

describe('a dead letter', () => {
  const planIds = [
    '',
    ' ',
    'a b',
    'a{b',
    'a}b',
    'é',
    'a\n',
    '\x7f',
    'x'.repeat(129),
    '\t',
    'plan-1\0',
    'p33:1',
    'p26:',
    'p33:p26:x',
  ];
  const symbols = [
    '',
    '{X}',
    'X}',
    'A\n',
    '\0',
    '\x7f',
    '\x85',
    'X'.repeat(65),
    'A\ufffd',
    ' X',
    'X ',
    ' ',
    '\u00a0X',
    'X\u3000',
    '\ufeffX',
  ];
  const amounts = ['-1', '-1e-9', 'abc', '0x1', '1,5', 'NaN', 'inf', '1e400', '1 2'];
  it.each([
    ...planIds.map((plan_id) => ['invalid_plan_id', { plan_id }] as const),
    ...symbols.map((symbol) => ['invalid_symbol', { symbol }] as const),
    ...amounts.map((qty) => ['invalid_qty', { qty }] as const),
    ...amounts.map((price) => ['invalid_price', { price }] as const),
  ])('%s %j', (reason, given) => {
    expect(parsePlan({ ...fields, ...given })).toMatchObject({ kind: 'invalid', reason });
  });
});

it.each([
  ['SKIP', 'SKIP'],
  ['BLOCKED', 'BLOCKED'],
  ['ERROR', 'ERROR'],
  ['HALT', 'HALT'],
  ['RECONCILE_CLOSE', 'RECONCILE_CLOSE'],
  ['execute', 'other'],
  ['HOLD', 'other'],
  ['', 'other'],
])('decision %j asks for no permit', (decision, counted) => {
  expect(parsePlan({ ...fields, decision })).toEqual({ kind: 'not_execute', decision: counted });
});

it.each<[string, object]>([
  ['invalid_plan_id', { plan_id: '' }],
  ['invalid_symbol', { symbol: '' }],
  ['invalid_qty', { qty: '-1' }],
  ['invalid_price', { price: 'x' }],
])('%s is a dead letter also without a decision, but not with a decision other than EXECUTE', (reason, given) => {
  expect(parsePlan({ ...fields, ...given, decision: '' })).toMatchObject({ kind: 'invalid', reason });
  expect(parsePlan({ ...fields, ...given, decision: 'SKIP' })).toEqual({ kind: 'not_execute', decision: 'SKIP' });
});

it('gives the same value each time, for any fields', () => {
  const name = fc.constantFrom(
    ...Object.keys(fields), 'reduceOnly', 'closePosition', 'close_qty', 'entry_price', 'notional_usd', 'side', 'timestamp',
    '__proto__', 'constructor',
  ); // prettier-ignore
  const value = fc.oneof(anyText(), fc.constantFrom('EXECUTE', 'p', '1', '-1', 'true', '{'));
  const entry = fc.array(fc.tuple(name, value)).map((pairs) => pairs.flat());
  fc.assert(
    fc.property(entry, (flat) => {
      const given = fieldsOf(['decision', 'EXECUTE', 'plan_id', 'p', 'symbol', 'S', ...flat]);
      const result = parsePlan(given);
      expect(parsePlan(given)).toEqual(result);
      if (result.kind !== 'plan') return;
      const { qty = 0, priceUsd = 0, planId, symbol, closing, unreadableFields } = result.plan;
      expect(closing || !unreadableFields.some((field) => field === 'qty' || field === 'price')).toBe(true);
      expect(qty >= 0 && priceUsd >= 0 && Number.isFinite(qty + priceUsd)).toBe(true);
      expect(planId + symbol).not.toMatch(/[{}]/);
    }),
    { numRuns: 1000 },
  );
});

it('takes a closing plan of notional 0', () => {
  const entry = parsePlan({ ...fields, reduceOnly: 'true', notional_usd: '0' });
  expect(entry).toMatchObject({ kind: 'plan', plan: { qty: 2, statedNotionalUsd: 'unreadable' } });
});

it('never dead-letters a closing plan for its numbers', () => {
  const text = fc.oneof(fc.string(), fc.constantFrom('-1', 'NaN', '1e400', '0x1', ''));
  const closes = fc.constantFrom({ reduceOnly: 'true' }, { closePosition: '1' }, { action: 'FULL_CLOSE_PROPOSED' }, { action: 'UPDATE_SL' }); // prettier-ignore
  fc.assert(
    fc.property(closes, text, text, text, text, (flag, qty, close_qty, price, notional_usd) => {
      const entry = parsePlan({ ...fields, ...flag, qty, close_qty, price, notional_usd });
      expect(entry).toMatchObject({ kind: 'plan', plan: { closing: true } });
    }),
  );
});
