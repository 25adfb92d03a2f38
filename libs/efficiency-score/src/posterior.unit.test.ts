import { describe, expect, it } from '@jest/globals';
import { uniform } from '@quantum/generators';
import fc from 'fast-check';
import { posteriorOf } from './posterior.js';
import { normalCdf } from './normal-cdf.js';
import { rules, rulesWith } from './periods.test-support.js';
import type { Moments } from './index.js';

/** 400 equal weights without pairs: mean and variance of a period. */
const moments = (mean: number, variance: number, weight = 400): Moments => ({
  weight, squaredWeight: weight, mean, squares: variance * weight, pairWeight: 0, laterMean: 0, earlierMean: 0, pairProducts: 0,
}); // prettier-ignore

describe('the posterior score', () => {
  it('is exactly 0.5 without returns, and without a mean', () => {
    expect(posteriorOf(undefined, rules)).toEqual({
      score: 0.5,
      effectivePeriods: 0,
      mean: 0,
      sd: rules.minSdPerPeriod,
    });
    expect(posteriorOf(moments(0, 1e-6), rules).score).toBe(0.5);
  });

  it('is the probability under the prior', () => {
    // n0 = 100 effective periods; z = 0.001 / 0.01 * 20 = 2; 2 * sqrt(400 / 500)
    const prior100 = rulesWith({ priorSrPerDay: Math.sqrt(14.4) });
    expect(posteriorOf(moments(0.001, 1e-4), prior100)).toEqual({
      score: expect.closeTo(normalCdf(2 * Math.sqrt(0.8)), 12),
      effectivePeriods: 400,
      mean: 0.001,
      sd: 0.01,
    });
    expect(posteriorOf(moments(-0.001, 1e-4), prior100).score).toBeCloseTo(normalCdf(-2 * Math.sqrt(0.8)), 12);
  });

  it('has a least standard deviation', () => {
    expect(posteriorOf(moments(1e-9, 0), rules).sd).toBe(rules.minSdPerPeriod);
    expect(posteriorOf(moments(1e-9, 0), rules).score).toBeLessThan(0.501);
    expect(posteriorOf(moments(1, 0), rules).score).toBe(1);
  });

  it('rises with the mean, and less far from 0.5 with a narrower prior', () => {
    fc.assert(
      fc.property(uniform(-1e-3, 1e-3), uniform(-1e-3, 1e-3), uniform(1e-9, 1e-5), (a, b, variance) => {
        const of = (mean: number, given = rules) => posteriorOf(moments(mean, variance), given).score;
        expect(of(Math.min(a, b))).toBeLessThanOrEqual(of(Math.max(a, b)));
        expect(Math.abs(of(a, rulesWith({ priorSrPerDay: 0.02 })) - 0.5)).toBeLessThanOrEqual(
          Math.abs(of(a) - 0.5) + 1e-15,
        );
      }),
    );
  });
});
