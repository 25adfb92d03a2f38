import { describe, expect, it } from '@jest/globals';
import { logUniform, multiplier, score, uniform, usd } from '@quantum/generators';
import fc from 'fast-check';
import { multiplierOf, multiplyTarget, type Assessment, type MultiplierParameters } from './index.js';
import { EFFICIENCY_REASONS } from './reasons.js';

const parameters: MultiplierParameters = { base: 1, scale: 1, minMultiplier: 0.5, maxMultiplier: 1.5 };
const scored = (score: number, reason: Assessment['reason'] = 'ok'): Assessment => ({
  reason,
  stale: reason === 'stale_eff',
  score,
  confidence: 0.8,
  tsSec: 1,
  tsText: '1',
});
const FAIL_OPEN = EFFICIENCY_REASONS.filter((reason) => reason !== 'ok');

describe('the multiplier', () => {
  it.each([
    [0, 0.5],
    [0.5, 1],
    [0.9, 1.4],
    [1, 1.5],
  ])('of score %d is %d', (score, multiplier) => {
    expect(multiplierOf(scored(score), parameters)).toBe(multiplier);
  });

  it.each([
    ['is at least the minimum', 0, { scale: 3 }, 0.5],
    ['is at most the maximum', 1, { scale: 3 }, 1.5],
    ['is the base at score 0.5', 0.5, { base: 1.2 }, 1.2],
    ['ignores the score at scale 0', 0.9, { scale: 0 }, 1],
    ['may be 0', 0, { minMultiplier: 0, scale: 9 }, 0],
    ['has one value if the bounds are equal', 0.9, { minMultiplier: 0.7, maxMultiplier: 0.7 }, 0.7],
  ])('%s', (_name, score, given, multiplier) => {
    expect(multiplierOf(scored(score), { ...parameters, ...given })).toBe(multiplier);
  });

  it('is exactly 1 without a score', () => {
    expect(multiplierOf({ ...scored(0), score: undefined }, parameters)).toBe(1);
  });

  it.each(FAIL_OPEN)('is exactly 1 for %s, even if the bounds exclude 1', (reason) => {
    expect(multiplierOf(scored(0.9, reason), { ...parameters, maxMultiplier: 0.8 })).toBe(1);
  });
});

describe('the proposed target', () => {
  it.each([
    [1000, 0.9, 1400],
    [0, 0.9, 0],
    [0.1, 0.5, 0.1],
    [0.123456789, 0.9, 0.123456789 * 1.4], // unrounded
    [Number.MAX_VALUE, 0.5, Number.MAX_VALUE],
  ])('of %d at score %d is %d', (base, score, proposedTargetUsd) => {
    expect(multiplyTarget(base, multiplierOf(scored(score), parameters))).toMatchObject({
      proposed: true,
      proposedTargetUsd,
    });
  });

  it.each([[-0.01], [NaN], [Infinity], [-Infinity], [Number.MAX_VALUE]])('of %d at score 1 is refused', (base) => {
    expect(multiplyTarget(base, multiplierOf(scored(1), parameters))).toEqual({ proposed: false });
  });
});

describe('for all parameters', () => {
  const anyParameters = fc
    .record({
      base: fc.oneof(uniform(0.5, 1.5), uniform(-10, 10)),
      scale: fc.oneof(uniform(0.1, 3), logUniform(Number.MIN_VALUE, 1e6)),
      bounds: fc.oneof(fc.tuple(multiplier, multiplier), fc.tuple(uniform(0, 1e6), uniform(0, 1e6))),
    })
    .map(({ base, scale, bounds: [a, b] }) => ({
      base,
      scale,
      minMultiplier: Math.min(a, b),
      maxMultiplier: Math.max(a, b),
    }));

  it('the multiplier stays within its bounds and never falls as the score rises', () => {
    fc.assert(
      fc.property(score, score, anyParameters, (a, b, p) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)].map((x) => multiplierOf(scored(x), p)) as [number, number];
        expect(low).toBeGreaterThanOrEqual(p.minMultiplier);
        expect(high).toBeLessThanOrEqual(p.maxMultiplier);
        expect(low).toBeLessThanOrEqual(high);
      }),
      { numRuns: 1000 },
    );
  });

  it('within its bounds the multiplier is base + scale * (score - 0.5), and beyond them it is the bound', () => {
    fc.assert(
      fc.property(score, anyParameters, (x, p) => {
        const formula = p.base + p.scale * (x - 0.5);
        const expected = [p.minMultiplier, formula, p.maxMultiplier].sort((a, b) => a - b)[1];
        expect(multiplierOf(scored(x), p)).toBe(expected);
      }),
      { numRuns: 1000 },
    );
  });

  it('a proposal is base times multiplier, finite and not negative, or it is refused', () => {
    const reason = fc.constantFrom(...EFFICIENCY_REASONS);
    fc.assert(
      fc.property(fc.oneof(usd(), fc.double()), score, reason, anyParameters, (base, x, why, p) => {
        const result = multiplyTarget(base, multiplierOf(scored(x, why), p));
        if (!result.proposed) return base >= 0 ? base * multiplierOf(scored(x, why), p) === Infinity : true;
        expect(result.proposedTargetUsd).toBe(base * result.multiplier);
        expect(Number.isFinite(result.proposedTargetUsd) && result.proposedTargetUsd >= 0).toBe(true);
        if (why !== 'ok') expect(result.proposedTargetUsd).toBe(base);
        return true;
      }),
      { numRuns: 1000 },
    );
  });
});
