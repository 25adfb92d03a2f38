import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { logUniform, uniform } from '@quantum/generators';
import fc from 'fast-check';
import { forgottenShare, remainingShare } from './decay.js';

describe('the decay of weights', () => {
  it.each([
    [0, 10_080, 1],
    [10_080, 10_080, 0.5],
    [20_160, 10_080, 0.25],
    [1, 2, Math.SQRT1_2],
    [10, 1, 2 ** -10],
    [1e9, 1, 0],
    [Infinity, 10_080, 0],
  ])('%d periods at a half-life of %d leave %d', (periods, halflife, remaining) => {
    expect(Math.abs(remainingShare(periods, halflife) - remaining)).toBeLessThanOrEqual(2 ** -52);
    expect(Math.abs(forgottenShare(periods, halflife) - (1 - remaining))).toBeLessThanOrEqual(2 ** -52);
  });

  it('takes nothing in no time, without a sign', () => {
    expect(Object.is(forgottenShare(0, 10_080), 0)).toBe(true);
  });

  it('is accurate where hardly anything is forgotten', () => {
    expect(forgottenShare(1, 1e9) / (Math.LN2 / 1e9 - (Math.LN2 / 1e9) ** 2 / 2)).toBeCloseTo(1, 14);
  });

  it('of a time is that of its parts, and never grows', () => {
    fc.assert(
      fc.property(uniform(0, 100), uniform(0, 100), logUniform(1, 1e6), (a, b, halflife) => {
        const [first, second, both] = [a, b, a + b].map((each) => remainingShare(each, halflife)) as [
          number,
          number,
          number,
        ];
        expect(Math.abs(both - first * second)).toBeLessThanOrEqual(2 ** -50);
        expect(both).toBeLessThanOrEqual(first + 2 ** -52);
        expect(first).toBeGreaterThanOrEqual(0);
        expect(first).toBeLessThanOrEqual(1);
      }),
      { numRuns: 2000 },
    );
  });

  it('has the same bits on every machine', () => {
    const values = Float64Array.from({ length: 4000 }, (_, i) => remainingShare(i, 97.5));
    expect(createHash('sha256').update(new Uint8Array(values.buffer)).digest('hex')).toBe(
      'fa3d1af12728cd842f0903da1e05a3b3b42a714c102a046b5fadc23101b0ac9d',
    );
  });
});
