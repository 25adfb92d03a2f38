import { describe, expect, it } from '@jest/globals';
import { bucketQuantile, quantile, ratioOf, summaryOf } from './stats.js';

describe('stats', () => {
  it('summarises runs by median and range', () => {
    expect(summaryOf([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3, runs: [3, 1, 2] });
    expect(summaryOf([1, 2]).median).toBe(1.5);
    expect(() => summaryOf([])).toThrow(RangeError);
  });

  it('compares run by run, not median by median', () => {
    expect(ratioOf([2, 30, 4], [1, 10, 4])).toMatchObject({ median: 2, min: 1, max: 3 });
    expect(ratioOf([2, 30], [1]).runs).toEqual([2]);
  });

  it('finds quantiles of values and of buckets', () => {
    expect(quantile([10, 0, 5], 0.99)).toBeCloseTo(9.9);
    const buckets = new Map([
      [0.001, 98],
      [0.01, 99],
      [Infinity, 100],
    ]);
    expect(bucketQuantile(buckets, 0.99)).toBe(0.01);
    expect(bucketQuantile(new Map(), 0.99)).toBeNaN();
  });
});
