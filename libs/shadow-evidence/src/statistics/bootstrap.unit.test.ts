import { describe, expect, it } from '@jest/globals';
import { uniform } from '@quantum/generators';
import fc from 'fast-check';
import { meanInterval, mulberry32 } from './bootstrap.js';

describe('the random numbers', () => {
  it('are those of Mulberry32, of every seed its own', () => {
    const random = mulberry32(0);
    expect([random(), random(), random()]).toEqual([0.26642920868471265, 0.0003297457005828619, 0.2232720274478197]);
    const wide = mulberry32(2 ** 32 - 1);
    expect([wide(), wide()]).not.toEqual([mulberry32(1)(), mulberry32(2)()]);
    expect(mulberry32(2 ** 32 + 5)()).toBe(mulberry32(5)());
  });

  it('are even over [0, 1)', () => {
    const random = mulberry32(7);
    const values = Array.from({ length: 10_000 }, random);
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
    expect(values.reduce((sum, value) => sum + value, 0) / 10_000).toBeCloseTo(0.5, 1);
  });
});

/** The interval as its definition says: every resample is written out, block by block. */
function definition(series: readonly number[], blockLength: number, seed: number, resamples: number) {
  const n = series.length;
  const length = Math.min(blockLength, n);
  const random = mulberry32(seed);
  const means = Array.from({ length: resamples }, () => {
    const resample: number[] = [];
    while (resample.length < n) {
      const from = Math.floor(random() * n);
      for (let k = 0; k < length; k += 1) resample.push(series[(from + k) % n] ?? NaN);
    }
    return resample.slice(0, n).reduce((sum, value) => sum + value, 0) / n;
  }).sort((a, b) => a - b);
  const at = (share: number) => means[Math.min(resamples - 1, Math.floor(share * resamples))] ?? NaN;
  return { low: at(0.025), high: at(0.975) };
}

describe('the interval of a mean', () => {
  it('is the percentile interval of the circular block bootstrap', () => {
    const values = fc.array(uniform(-500, 500), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 15 }), fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 120 }), (series, blockLength, seed, resamples) => {
        const interval = meanInterval(series, { blockLength, seed, resamples });
        const { low, high } = definition(series, blockLength, seed, resamples);
        expect(interval?.low).toBeCloseTo(low, 6);
        expect(interval?.high).toBeCloseTo(high, 6);
        expect(interval).toMatchObject({ n: series.length, blockLength: Math.min(blockLength, series.length) });
      }),
    ); // prettier-ignore
  });

  it.each([
    [1, 1],
    [8, 2],
    [9, 3],
    [1000, 10],
    [1001, 11],
  ])('of %d observations has blocks of %d by default', (n, blockLength) => {
    const series = Array.from({ length: n }, (_, i) => i);
    expect(meanInterval(series, { seed: 1, resamples: 10 })).toMatchObject({
      n, blockLength, blocks: Math.floor(n / blockLength), mean: (n - 1) / 2,
    }); // prettier-ignore
  });
});
