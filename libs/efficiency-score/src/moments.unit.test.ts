import { describe, expect, it } from '@jest/globals';
import { uniform } from '@quantum/generators';
import fc from 'fast-check';
import { addReturn } from './moments.js';
import { autocorrelation, effectivePeriods } from './effective-periods.js';
import type { Moments } from './index.js';

/** Moments of returns, with a gap where one is undefined, by the recurrence. */
function recurrence(returns: readonly (number | undefined)[], remaining: number): Moments | undefined {
  let moments: Moments | undefined;
  let decay = 1;
  returns.forEach((excessReturn, i) => {
    decay *= remaining;
    if (excessReturn === undefined) return;
    moments = addReturn(moments, { excessReturn, previous: returns[i - 1], remaining: decay });
    decay = 1;
  });
  return moments;
}

/** The same by definition: weights first, then sums. */
function definition(returns: readonly (number | undefined)[], remaining: number): Moments {
  const last = returns.findLastIndex((each) => each !== undefined);
  const all = returns.flatMap((x, i) =>
    x === undefined ? [] : [{ x, before: returns[i - 1], w: remaining ** (last - i) }],
  );
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const weight = sum(all.map(({ w }) => w));
  const mean = sum(all.map(({ x, w }) => w * x)) / weight;
  const pairs = all.flatMap(({ x, before, w }) => (before === undefined ? [] : [{ x, before, w }]));
  const pairWeight = sum(pairs.map(({ w }) => w));
  const laterMean = pairs.length > 0 ? sum(pairs.map(({ x, w }) => w * x)) / pairWeight : 0;
  const earlierMean = pairs.length > 0 ? sum(pairs.map(({ before, w }) => w * before)) / pairWeight : 0;
  return {
    weight,
    squaredWeight: sum(all.map(({ w }) => w * w)),
    mean,
    squares: sum(all.map(({ x, w }) => w * (x - mean) ** 2)),
    pairWeight,
    laterMean,
    earlierMean,
    pairProducts: sum(pairs.map(({ x, before, w }) => w * (x - laterMean) * (before - earlierMean))),
  };
}

const returns = fc.array(fc.option(uniform(-1, 1), { nil: undefined, freq: 6 }), { maxLength: 50 });

describe('decayed moments', () => {
  it('of one return are that return', () => {
    expect(recurrence([0.25], 0.5)).toEqual({
      weight: 1, squaredWeight: 1, mean: 0.25, squares: 0, pairWeight: 0, laterMean: 0, earlierMean: 0, pairProducts: 0,
    }); // prettier-ignore
  });

  it('of a few returns, by hand: weights 1/4, 1/2, 1', () => {
    expect(recurrence([4, 2, 1], 0.5)).toEqual({
      weight: 1.75, squaredWeight: 1.3125, mean: expect.closeTo(3 / 1.75, 12), squares: expect.closeTo(7 - 9 / 1.75, 12),
      pairWeight: 1.5, laterMean: expect.closeTo(4 / 3, 12), earlierMean: expect.closeTo(8 / 3, 12),
      pairProducts: expect.closeTo(6 - 16 / 3, 12),
    }); // prettier-ignore
  });

  it('are those of the definition, with and without gaps', () => {
    fc.assert(
      fc.property(returns, fc.oneof(uniform(0.5, 1), fc.constant(1)), (given, remaining) => {
        const moments = recurrence(given, remaining);
        if (moments === undefined) return;
        const expected = definition(given, remaining);
        for (const [name, value] of Object.entries(expected) as [keyof Moments, number][]) {
          expect(`${name} differs by ${Math.max(1e-12, Math.abs(moments[name] - value))}`).toBe(
            `${name} differs by 1e-12`,
          );
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('keep their digits beside a large mean', () => {
    const deviations = [3e-6, -1e-6, 2e-6, -4e-6];
    const near = recurrence(deviations, 0.9)!;
    const far = recurrence(
      deviations.map((each) => 1 + each),
      0.9,
    )!;
    expect(far.squares / near.squares).toBeCloseTo(1, 8);
    expect(autocorrelation(far)).toBeCloseTo(autocorrelation(near), 8);
  });

  it('never hold -0, which no text keeps', () => {
    const tiny = fc.oneof(
      fc.constantFrom(Number.MIN_VALUE, -Number.MIN_VALUE, 1e-200, -1e-200, 0),
      uniform(-1e-160, 1e-160),
    );
    fc.assert(
      fc.property(fc.array(tiny, { minLength: 1, maxLength: 8 }), uniform(0, 1), (given, remaining) => {
        expect(Object.values(recurrence(given, remaining)!).filter((each) => Object.is(each, -0))).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the effective number of periods', () => {
  it('is the number of equal weights, without autocorrelation', () => {
    expect(effectivePeriods(recurrence([0.1], 1)!)).toBe(1);
    expect(effectivePeriods(recurrence([1, -1, 1, -1, 1, -1], 1)!)).toBeCloseTo(6, 12);
    expect(effectivePeriods(recurrence([1, 1, 1, 1], 1)!)).toBeCloseTo(4, 12);
  });

  it('is that of the weights, where they decay', () => {
    expect(effectivePeriods(recurrence([0, 0, 0], 0.5)!)).toBeCloseTo(1.75 ** 2 / 1.3125, 12);
  });

  it('falls with autocorrelation: 1 1 -1 -1 has pairs 1, -1 and 1', () => {
    const moments = recurrence([1, 1, -1, -1], 1)!;
    const r1 = (1 / 3 + 1 / 9) / 1; // the pairs' means are -1/3 and 1/3
    expect(autocorrelation(moments)).toBeCloseTo(r1, 12);
    expect(effectivePeriods(moments)).toBeCloseTo((4 * (1 - r1)) / (1 + r1), 12);
  });

  it('never falls below a 39th of the weights’, and negative autocorrelation counts as 0', () => {
    const rising = Array.from({ length: 200 }, (_, i) => i);
    expect(autocorrelation(recurrence(rising, 1)!)).toBe(0.95);
    expect(autocorrelation(recurrence([1, -1, 1, -1], 1)!)).toBe(0);
    fc.assert(
      fc.property(returns, uniform(0.5, 1), (given, remaining) => {
        const moments = recurrence(given, remaining);
        if (moments === undefined) return;
        const ofWeights = moments.weight ** 2 / moments.squaredWeight;
        expect(effectivePeriods(moments)).toBeLessThanOrEqual(ofWeights);
        expect(effectivePeriods(moments)).toBeGreaterThanOrEqual((ofWeights / 39) * (1 - 1e-12));
      }),
    );
  });
});
