import { describe, expect, it } from '@jest/globals';
import { parsePlan, type Plan, type Position } from '@quantum/redis-schemas';
import { exceedsPosition, notionalOf } from './size.js';

type Fields = Readonly<Record<string, string>>;

/** A plan as the stream's fields give it: by default an open of 2 at 10 USD. */
function planOf(fields: Fields): Plan {
  const defaults = { plan_id: 'p1', symbol: 'X', decision: 'EXECUTE', action: 'OPEN', qty: '2', price: '10' };
  const entry = parsePlan({ ...defaults, ...fields });
  if (entry.kind !== 'plan') throw new Error(JSON.stringify(entry));
  return entry.plan;
}
const at = (markPriceUsd: number | undefined): Position => ({ amount: 0, markPriceUsd, tsSec: 1 });
const holding = (amount: number | undefined): Position => ({ amount, markPriceUsd: 1, tsSec: 1 });

describe('notionalOf', () => {
  it.each<[string, Fields, Position | undefined, number | undefined]>([
    ['quantity times price', {}, at(99), 20],
    ['quantity times entry_price', { price: '', entry_price: '7' }, at(99), 14],
    ['the mark price without a price', { price: '' }, at(99), 198],
    ['the mark price with a price of 0', { price: '0' }, at(99), 198],
    ['unknown without any price', { price: '' }, at(undefined), undefined],
    ['unknown if the position is unknown', { price: '' }, undefined, undefined],
    ['unknown without a quantity', { qty: '' }, at(99), undefined],
    ['0 for a quantity of 0, whatever the price', { qty: '0', price: '' }, undefined, 0],
    ['finite for any factors', { qty: '1e300', price: '1e300' }, at(99), Number.MAX_VALUE],
    ['the stated notional', { notional_usd: '75.5' }, at(99), 75.5],
    ['the stated notional without a quantity', { qty: '', notional_usd: '75.5' }, undefined, 75.5],
    ['unknown if the stated one is unreadable', { notional_usd: 'x' }, at(99), undefined],
    ['unknown if the stated one is 0', { notional_usd: '0' }, at(99), undefined],
    ['of the part that is closed', { reduceOnly: 'true', qty: '2', close_qty: '0.5' }, at(99), 5],
  ])('is %s', (_name, fields, position, expected) => {
    expect(notionalOf(planOf(fields), position)).toBe(expected);
  });
});

describe('exceedsPosition', () => {
  const CLOSE = { action: 'FULL_CLOSE_PROPOSED', qty: '2' };
  it.each<[string, Fields, Position | undefined, boolean]>([
    ['a larger close by its action alone', CLOSE, holding(1.99), true],
    ['a close of a short position', CLOSE, holding(-2), false],
    ['a close of the whole position', CLOSE, holding(2), false],
    ['a close that is larger by rounding', { ...CLOSE, qty: '0.30000000000000004' }, holding(0.3), false],
    ['a close without a position', CLOSE, holding(0), true],
    ['a close of an unknown position', CLOSE, undefined, false],
    ['a close of an unknown amount', CLOSE, holding(undefined), false],
    ['a close of a part that is larger', { ...CLOSE, qty: '1', close_qty: '5' }, holding(2), true],
    ['a close without a quantity', { ...CLOSE, qty: '' }, holding(0), false],
    ['a close with its flag', { ...CLOSE, reduceOnly: 'true' }, holding(0), false],
    ['a stop update', { ...CLOSE, action: 'UPDATE_SL' }, holding(0), false],
    ['an open', { ...CLOSE, action: 'OPEN' }, holding(0), false],
  ])('%s', (_name, fields, position, expected) => {
    expect(exceedsPosition(planOf(fields), position)).toBe(expected);
  });
});
