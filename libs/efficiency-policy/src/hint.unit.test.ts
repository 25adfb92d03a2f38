import { describe, expect, it } from '@jest/globals';
import { score, uniform } from '@quantum/generators';
import fc from 'fast-check';
import { hintDownsize, type Assessment, type DownsizeParameters } from './index.js';
import { EFFICIENCY_REASONS } from './reasons.js';

const parameters: DownsizeParameters = {
  downsizeThreshold: 0.45,
  minFactor: 0.25,
  maxExtraCooldownSec: 120,
  hintCloses: false,
};
const scored = (score: number | undefined, reason: Assessment['reason'] = 'ok'): Assessment => ({
  reason,
  stale: false,
  score,
  confidence: 0.8,
  tsSec: 1,
  tsText: '1',
});
const NONE = { action: 'NONE', factor: 1, extraCooldownSec: 0 };

describe('the hint for an opening plan', () => {
  it.each([
    [0.2, 0.2 / 0.45, 96], // 0.4444
    [0, 0.25, 120],
    [0.1, 0.25, 108],
    [0.1125, 0.25, 107], // 106.5 rounds up
    [0.4499, 0.4499 / 0.45, 66],
  ])('score %d: factor %d, %d s', (score, factor, extraCooldownSec) => {
    expect(hintDownsize(scored(score), false, parameters)).toEqual({ action: 'DOWNSIZE', factor, extraCooldownSec });
  });

  it.each([0.45, 0.5, 1])('is NONE at score %d', (score) => {
    expect(hintDownsize(scored(score), false, parameters)).toEqual(NONE);
  });

  it.each(EFFICIENCY_REASONS.filter((reason) => reason !== 'ok'))('is NONE for %s', (reason) => {
    expect(hintDownsize(scored(0, reason), false, parameters)).toEqual(NONE);
  });

  it('is NONE without a score', () => {
    expect(hintDownsize(scored(undefined), false, parameters)).toEqual(NONE);
  });

  it('with the threshold at 1: NONE at score 1, and a factor below 1 just below it', () => {
    const strict = { ...parameters, downsizeThreshold: 1 };
    expect(hintDownsize(scored(1), false, strict)).toEqual(NONE);
    expect(hintDownsize(scored(1 - 2 ** -53), false, strict).factor).toBeLessThan(1);
  });
});

it('never hints a closing plan smaller unless hintCloses is set', () => {
  expect(hintDownsize(scored(0), true, parameters)).toEqual(NONE);
  expect(hintDownsize(scored(0), true, { ...parameters, hintCloses: true })).toMatchObject({ action: 'DOWNSIZE' });
});

it('for all parameters: a factor from 0.0001 to 1, a higher cooldown for a lower score, and NONE unless the reason is ok', () => {
  const anyParameters = fc.record({
    downsizeThreshold: fc.oneof(fc.constant(0.45), uniform(Number.MIN_VALUE, 1)),
    minFactor: fc.oneof(fc.constant(0.25), uniform(0.0001, 1)),
    maxExtraCooldownSec: fc.integer({ min: 0, max: 1e6 }),
    hintCloses: fc.boolean(),
  });
  const reason = fc.constantFrom('ok' as const, ...EFFICIENCY_REASONS);
  fc.assert(
    fc.property(score, score, reason, fc.boolean(), anyParameters, (a, b, why, closing, p) => {
      const low = hintDownsize(scored(Math.min(a, b), why), closing, p);
      const high = hintDownsize(scored(Math.max(a, b), why), closing, p);
      for (const { action, factor, extraCooldownSec } of [low, high]) {
        expect(factor >= 0.0001 && factor <= 1).toBe(true);
        expect(factor.toFixed(4)).toMatch(/^(0\.\d{4}|1\.0000)$/);
        expect(Number(factor.toFixed(4))).toBeGreaterThan(0);
        expect(Number.isInteger(extraCooldownSec) && extraCooldownSec >= 0).toBe(true);
        expect(extraCooldownSec).toBeLessThanOrEqual(p.maxExtraCooldownSec);
        if (action === 'NONE') expect({ factor, extraCooldownSec }).toEqual({ factor: 1, extraCooldownSec: 0 });
        if (why !== 'ok' || (closing && !p.hintCloses)) expect(action).toBe('NONE');
      }
      if (low.action === 'DOWNSIZE') {
        expect(low.factor * p.downsizeThreshold).toBeCloseTo(
          Math.max(p.minFactor * p.downsizeThreshold, Math.min(a, b)),
          12,
        );
        expect(Math.abs(low.extraCooldownSec - (1 - Math.min(a, b)) * p.maxExtraCooldownSec)).toBeLessThanOrEqual(0.5);
      }
      expect(low.factor).toBeLessThanOrEqual(high.factor);
      expect(low.extraCooldownSec).toBeGreaterThanOrEqual(high.extraCooldownSec);
    }),
    { numRuns: 1000 },
  );
});
