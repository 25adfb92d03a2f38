import { describe, expect, it } from '@jest/globals';
import type { Plan, Position, Read } from '@quantum/redis-schemas';
import { notionalOf } from './candidate.js';

const PLAN: Plan = {
  planId: 'p1', symbol: 'X', action: 'OPEN', closing: false,
  stopUpdate: false,
  side: undefined, qty: 2, priceUsd: 10, killScore: 0,
}; // prettier-ignore
const at = (markPriceUsd: number | undefined): Read<Position> => ({
  readable: true,
  value: { amount: 0, markPriceUsd, tsSec: undefined },
});

describe('notionalOf', () => {
  it.each<[string, Partial<Plan>, Read<Position>, number | undefined]>([
    ['quantity times price', {}, at(99), 20],
    ['the mark price where there is no price', { priceUsd: undefined }, at(99), 198],
    ['the mark price where the price is 0', { priceUsd: 0 }, at(99), 198],
    ['unknown without any price', { priceUsd: undefined }, at(undefined), undefined],
    ['unknown where the position cannot be read', { priceUsd: undefined }, { readable: false }, undefined],
    ['unknown without a quantity', { qty: undefined }, at(99), undefined],
    ['0 for a quantity of 0, whatever the price', { qty: 0, priceUsd: undefined }, { readable: false }, 0],
    ['finite whatever the factors', { qty: 1e300, priceUsd: 1e300 }, at(99), Number.MAX_VALUE],
  ])('is %s', (_name, plan, position, expected) => {
    expect(notionalOf({ ...PLAN, ...plan }, position)).toBe(expected);
  });
});
