import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { finite, logUniform, magnitude, uniform } from './index.js';
import { drawn, shareWithin } from './drawn.test-support.js';

describe('uniform', () => {
  const values = drawn(uniform(0, 1));

  it.each([
    [0, 0.01], [0.01, 0.25], [0.25, 0.44], [0.44, 0.5], [0.5, 0.75], [0.75, 0.99],
  ])('gives (%d, %d) its share of the values', (low, high) => {
    const share = shareWithin(values, low, high);
    expect(share).toBeGreaterThan(0.7 * (high - low));
    expect(share).toBeLessThan(0.9 * (high - low) + 0.1);
  }); // prettier-ignore

  it('finds a fault in a fifth of the range in a hundred runs, for any seed; fc.double does not', () => {
    const finds = (numbers: fc.Arbitrary<number>, seed: number): boolean => {
      const enlarges = (x: number): boolean => x > 0.25 && x < 0.44;
      return fc.check(fc.property(numbers, (x) => !enlarges(x)), { seed, numRuns: 100 }).failed; // prettier-ignore
    };
    const seeds = Array.from({ length: 50 }, (_, seed) => seed);
    expect(seeds.filter((seed) => !finds(uniform(0, 1), seed))).toEqual([]);
    const byBits = fc.double({ min: 0, max: 1, noNaN: true });
    expect(seeds.filter((seed) => finds(byBits, seed)).length).toBeLessThan(25);
  });

  it('gives the ends, and numbers next to them, often enough', () => {
    for (const end of [0, 1]) expect(values.filter((x) => x === end).length).toBeGreaterThan(200);
    expect(shareWithin(values, 0, 1e-9)).toBeGreaterThan(0.01);
    expect(shareWithin(values, 1 - 1e-9, 1)).toBeGreaterThan(0.001);
  });

  it('keeps to its bounds, for any bounds, and is never -0', () => {
    const bounds = fc.tuple(fc.oneof(finite, fc.integer()), fc.oneof(finite, fc.integer()));
    const inOrder = bounds.map(([a, b]) => [Math.min(a, b) / 2, Math.max(a, b) / 2] as const);
    const withValue = inOrder.chain(([min, max]) => uniform(min, max).map((value) => ({ min, max, value })));
    fc.assert(
      fc.property(withValue, ({ min, max, value }) => {
        expect(value >= min && value <= max && !Object.is(value, -0)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    [-0, -0],
    [-1, -0],
    [-0, 1],
  ])('never gives -0 within %d..%d', (min, max) => {
    expect(drawn(uniform(min, max), 1000).filter((value) => Object.is(value, -0))).toEqual([]);
  });

  it.each([[1, 0], [NaN, 1], [0, NaN], [0, Infinity], [-Infinity, 0], [Infinity, Infinity], [-Number.MAX_VALUE, Number.MAX_VALUE]])('refuses %d..%d', (min, max) => {
    expect(() => uniform(min, max)).toThrow('finite bounds in order');
  }); // prettier-ignore
});

describe('logUniform', () => {
  const values = drawn(logUniform(0.001, 1000));

  it.each([0.001, 0.01, 0.1, 1, 10, 100])('gives every power of ten alike: from %d', (low) => {
    expect(shareWithin(values, low, 10 * low)).toBeGreaterThan(0.7 / 6);
    expect(shareWithin(values, low, 10 * low)).toBeLessThan(0.9 / 6 + 0.1);
  });

  it('keeps to its bounds and meets both', () => {
    expect([Math.min(...values), Math.max(...values)]).toEqual([0.001, 1000]);
  });

  it('refuses a minimum that has no logarithm', () => {
    expect(() => logUniform(0, 1)).toThrow('above 0');
  });
});

describe('all doubles', () => {
  it('have every sign and magnitude, and neither NaN nor -0', () => {
    const values = drawn(finite);
    expect(values.every((x) => Number.isFinite(x) && !Object.is(x, -0))).toBe(true);
    for (const sign of [1, -1]) {
      expect(shareWithin(values.map((x) => x * sign), 0, 1)).toBeGreaterThan(0.2); // prettier-ignore
      expect(shareWithin(values.map((x) => x * sign), 1, Infinity)).toBeGreaterThan(0.2); // prettier-ignore
    }
  });

  it('are not negative if they are magnitudes', () => {
    const values = drawn(magnitude);
    expect(values.every((x) => x >= 0 && Number.isFinite(x) && !Object.is(x, -0))).toBe(true);
    expect(shareWithin(values, 0, 1)).toBeGreaterThan(0.4);
  });
});
