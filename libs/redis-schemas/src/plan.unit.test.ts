import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CLOSING_ACTIONS, fieldsOf, parsePlan } from './index.js';

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
  qty: 2,
  priceUsd: 50.5,
  killScore: 0.1,
};

describe('a plan', () => {
  it.each([
    ['as agreed', {}, {}],
    ['unknown fields', { note: 'x', leverage: '5' }, {}],
    ['empty price', { price: '' }, { priceUsd: undefined }],
    ['empty qty', { qty: '' }, { qty: undefined }],
    ['zero qty', { qty: '0' }, { qty: 0 }],
    ['kill score that is no number', { kill_score: 'high' }, { killScore: undefined }],
    ['kill score out of range', { kill_score: '7' }, { killScore: 7 }],
    ['symbol with colons and blanks', { symbol: 'BTC:PERP X' }, { symbol: 'BTC:PERP X' }],
    ['64 characters beyond the BMP', { symbol: '𝔅'.repeat(64) }, { symbol: '𝔅'.repeat(64) }],
    ['longest plan id', { plan_id: '~'.repeat(128) }, { planId: '~'.repeat(128) }],
    ['every allowed mark', { plan_id: '!"#$%&/:;<=>?@[]^_`|~' }, { planId: '!"#$%&/:;<=>?@[]^_`|~' }],
    ...CLOSING_ACTIONS.map((action) => [action, { action }, { action, closing: true }] as const),
    ['another case of a closing action', { action: 'partial_50' }, { action: 'partial_50' }],
    ['no action', { action: '' }, { action: '' }],
    ['reduceOnly', { reduceOnly: 'True' }, { closing: true }],
    ['reduceOnly 1', { reduceOnly: '1' }, { closing: true }],
    ['reduceOnly false', { reduceOnly: 'False' }, {}],
    ['reduceOnly empty', { reduceOnly: '' }, {}],
  ])('%s', (_name, given, expected) => {
    expect(parsePlan({ ...fields, ...given })).toEqual({ kind: 'plan', plan: { ...plan, ...expected } });
  });

  it.each(['qty', 'price', 'kill_score', 'action'])('may lack %s', (name) => {
    expect(parsePlan(Object.fromEntries(Object.entries(fields).filter(([field]) => field !== name))).kind).toBe('plan');
  });
});

describe('a dead letter', () => {
  const planIds = ['', ' ', 'a b', 'a{b', 'a}b', 'é', 'a\n', '\x7f', 'x'.repeat(129), '\t', 'plan-1\0'];
  const symbols = ['', '{X}', 'X}', 'A\n', '\0', '\x7f', '\x85', 'X'.repeat(65), 'A\ufffd'];
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
  ['execute', 'other'],
  ['HOLD', 'other'],
  ['', 'other'],
])('decision %j asks for no permit', (decision, counted) => {
  expect(parsePlan({ ...fields, decision })).toEqual({ kind: 'not_execute', decision: counted });
});

it('answers whatever an entry holds, the same each time', () => {
  const name = fc.constantFrom(...Object.keys(fields), 'reduceOnly', '__proto__', 'constructor');
  const value = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('EXECUTE', 'p', '1', '-1', 'true', '{'));
  const entry = fc.array(fc.tuple(name, value)).map((pairs) => pairs.flat());
  fc.assert(
    fc.property(entry, (flat) => {
      const given = fieldsOf(['decision', 'EXECUTE', 'plan_id', 'p', 'symbol', 'S', ...flat]);
      const result = parsePlan(given);
      expect(parsePlan(given)).toEqual(result);
      if (result.kind !== 'plan') return;
      const { qty = 0, priceUsd = 0, planId, symbol } = result.plan;
      expect(qty >= 0 && priceUsd >= 0 && Number.isFinite(qty + priceUsd)).toBe(true);
      expect(planId + symbol).not.toMatch(/[{}]/);
    }),
    { numRuns: 1000 },
  );
});
