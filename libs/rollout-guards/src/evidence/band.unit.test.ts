import { describe, expect, it } from '@jest/globals';
import { uniform } from '@quantum/generators';
import fc from 'fast-check';
import { addToSums, advantageBand, NO_SUMS } from './band.js';

const sums = (hours: readonly number[]) => hours.reduce(addToSums, NO_SUMS);

describe('the band of an advantage', () => {
  it('is that of the formula', () => {
    const { hours, meanBps, squares } = sums([1, 2, 3, 6]);
    expect({ hours, meanBps, squares }).toEqual({ hours: 4, meanBps: 3, squares: 14 });
    const rho = 34 * (14 / 3);
    const half = Math.sqrt((14 + rho) * (2 * Math.log(10) + Math.log((14 + rho) / rho))) / 4;
    const band = advantageBand(sums([1, 2, 3, 6]), 0.1)!;
    expect(band.mean).toBe(3);
    expect(band.low).toBeCloseTo(3 - half, 12);
    expect(band.high).toBeCloseTo(3 + half, 12);
  });

  it('has the sums of squared deviations', () => {
    fc.assert(
      fc.property(fc.array(uniform(-50, 50), { minLength: 2, maxLength: 40 }), (hours) => {
        const mean = hours.reduce((sum, y) => sum + y, 0) / hours.length;
        const found = sums(hours);
        expect(found.meanBps).toBeCloseTo(mean, 9);
        expect(found.squares).toBeCloseTo(hours.reduce((sum, y) => sum + (y - mean) ** 2, 0), 6); // prettier-ignore
      }),
    );
  });

  it('is absent of fewer than two hours, and of hours that are equal', () => {
    expect(advantageBand(NO_SUMS, 0.1)).toBeUndefined();
    expect(advantageBand(sums([5]), 0.1)).toBeUndefined();
    expect(advantageBand(sums([5, 5, 5]), 0.1)).toBeUndefined();
  });
});
