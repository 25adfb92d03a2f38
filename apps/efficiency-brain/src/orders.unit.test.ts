import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addFees, addFill, isNewGain, newGain, newOrder } from './orders.js';

describe('fills of an order', () => {
  it.each<[string, (readonly [qty: number, priceUsd: number])[], ({ qty: number; usd: number } | undefined)[]]>([
    ['parts', [[1, 98], [3, 96], [4, 97]], [{ qty: 1, usd: 98 }, { qty: 2, usd: 190 }, { qty: 1, usd: 100 }]],
    ['a part that comes late', [[3, 96], [1, 98]], [{ qty: 3, usd: 288 }, undefined]],
    ['the same again', [[-3, 96], [-3, 96]], [{ qty: -3, usd: -288 }, undefined]],
    ['another side', [[3, 96], [-4, 96]], [{ qty: 3, usd: 288 }, undefined]],
    ['averages that contradict each other', [[3, 100], [4, 70]], [{ qty: 3, usd: 300 }, { qty: 1, usd: 70 }]],
    ['a part that would cost more than twice the average', [[3, 100], [4, 160]], [{ qty: 3, usd: 300 }, { qty: 1, usd: 160 }]],
    ['a sum that rounding made larger', [[0.3, 100], [0.1 + 0.2, 90]], [{ qty: 0.3, usd: 30 }, undefined]],
  ])('%s', (_name, told, expected) => {
    const order = newOrder();
    expect(told.map(([qty, priceUsd]) => addFill(order, qty, priceUsd))).toEqual(expected);
  }); // prettier-ignore

  it('add up to the largest that was reported, whatever was reported before, and stay finite', () => {
    const amount = fc
      .tuple(fc.integer({ min: 1, max: 999_999_999 }), fc.integer({ min: -300, max: 6 }))
      .map(([n, e]) => n * 10 ** e);
    const told = fc.array(fc.tuple(amount, amount), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(told, fc.constantFrom(1, -1), (entries, sign) => {
        const order = newOrder();
        const parts = entries.flatMap(([qty, priceUsd]) => addFill(order, sign * qty, priceUsd) ?? []);
        const largest = Math.max(...entries.map(([qty]) => qty));
        expect((sign * parts.reduce((sum, { qty }) => sum + qty, 0)) / largest).toBeCloseTo(1, 6);
        for (const { qty, usd } of parts) {
          expect(Math.sign(qty)).toBe(sign);
          expect(Number.isFinite(usd) && usd * sign >= 0).toBe(true);
        }
      }),
    );
  });
});

describe('fees of an order', () => {
  it.each<[string, (readonly [feesUsd: number, filledQty: number])[], number]>([
    ['grow with its parts', [[0.25, 1], [0.75, 3]], 0.75],
    ['fall where the maker is paid', [[0.05, 1], [0.02, 4]], 0.02],
    ['become costs after a rebate', [[-0.01, 1], [1.5, 40]], 1.5],
    ['are those of the entry that knows of more fills', [[1.5, 40], [-0.01, 1]], 1.5],
    ['are not counted twice', [[0.5, 0], [0.5, 0]], 0.5],
    ['are the first where no entry says how much was filled', [[0.5, 0], [0.7, 0]], 0.5],
    ['are unknown where they are 0', [[0, 4], [0.5, 0], [0, 4]], 0.5],
    ['are those of an entry with a quantity', [[0.5, 0], [0.7, 2]], 0.7],
    ['may be nothing', [[0, 1]], 0],
  ])('%s', (_name, told, expected) => {
    const order = newOrder();
    const added = told.map(([feesUsd, filledQty]) => addFees(order, feesUsd, filledQty));
    expect(added.reduce<number>((sum, usd) => sum + (usd ?? 0), 0)).toBeCloseTo(expected, 12);
  }); // prettier-ignore
});

describe('a gain', () => {
  it.each<[string, (string | undefined)[], boolean[]]>([
    ['of two orders', ['1', '2'], [true, true]],
    ['of one order, twice', ['1', '1'], [true, false]],
    ['that is reported without its order afterwards', ['1', undefined], [true, false]],
    ['that is reported without its order before', [undefined, '1'], [true, false]],
    ['of two orders, both also reported without', ['1', undefined, '2', undefined], [true, false, true, false]],
    ['of two orders, reported without before', [undefined, undefined, '1', '2'], [true, false, false, true]],
    ['that no one names an order for, twice', [undefined, undefined], [true, false]],
  ])('%s', (_name, tellers, expected) => {
    const gain = newGain();
    const orders = new Map(tellers.map((id) => [id, newOrder()]));
    const isNew = tellers.map((id) => isNewGain(orders.get(id) ?? newOrder(), gain, id !== undefined));
    expect(isNew).toEqual(expected);
  });
});
