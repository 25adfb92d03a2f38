import { describe, expect, it } from '@jest/globals';
import { logUniform, multiplier, timeAround, uniform } from '@quantum/generators';
import fc from 'fast-check';
import { smooth, smoothingWeight, type SmoothingParameters, type SmoothingState } from './index.js';
import { EFFICIENCY_REASONS } from './reasons.js';

const NOW_SEC = 1_700_000_000;
const parameters: SmoothingParameters = {
  smoothingHalflifeSec: 60,
  maxFutureSec: 60,
  minMultiplier: 0.5,
  maxMultiplier: 1.5,
};
const left = (multiplier: number, agoSec: number): SmoothingState => ({ multiplier, tsSec: NOW_SEC - agoSec });
const smoothed = (raw: number, state?: SmoothingState, changes: Partial<SmoothingParameters> = {}): number =>
  smooth(raw, 'ok', state, NOW_SEC, { ...parameters, ...changes }).multiplier;

describe('smoothing', () => {
  it.each([
    ['covers half of the distance in a halflife', 1.5, left(0.5, 60), 1],
    ['and half of the rest in the next', 1.5, left(0.5, 120), 1.25],
    ['does not move in no time', 1.5, left(0.75, 0), 0.75],
    ['does not move for a state from the future', 1.5, left(0.75, -60), 0.75],
    ['arrives', 1.4, left(0.5, 1e6), 1.4],
    ['starts from 1', 1.5, undefined, 1],
    ['starts from 1 if the state is too far ahead', 1.5, left(0.75, -61), 1],
    ['starts from 1 if the state is not a number', 1.5, left(NaN, 60), 1],
    ['starts from 1 if the state has no time', 1.5, { multiplier: 0.75, tsSec: Infinity }, 1],
    ['starts within the bounds', 1, left(7, 60), 1.25],
  ])('%s', (_name, raw, state, multiplier) => {
    expect(smoothed(raw, state)).toBe(multiplier);
  });

  it('starts from the bound nearest to 1 if they exclude 1', () => {
    expect(smoothed(1.5, undefined, { minMultiplier: 1.2 })).toBe(1.2);
  });

  it('returns the state that it started from, and no other', () => {
    expect(smooth(1.2, 'ok', left(0.8, 10), NOW_SEC, parameters).from).toEqual(left(0.8, 10));
    expect(smooth(1.2, 'ok', left(0.8, -61), NOW_SEC, parameters).from).toBeUndefined();
    expect(smooth(1.2, 'low_conf', left(0.8, 10), NOW_SEC, parameters).from).toBeUndefined();
    expect(smooth(1.2, 'ok', left(0.8, 10), NOW_SEC, { ...parameters, smoothingHalflifeSec: 0 }).from).toBeUndefined();
  });
});

describe('for all states and steps', () => {
  const halflife = logUniform(0.001, 86_400);
  const elapsed = fc.oneof(uniform(0, 600), uniform(0, 100_000));

  it('two steps equal one, however the time is divided', () => {
    fc.assert(
      fc.property(multiplier, multiplier, halflife, elapsed, uniform(0, 1), (s, raw, h, dt, share) => {
        const p = { ...parameters, smoothingHalflifeSec: h };
        const at = (from: number, fromSec: number, toSec: number): number =>
          smooth(raw, 'ok', { multiplier: from, tsSec: fromSec }, toSec, p).multiplier;
        const halfway = dt * share;
        expect(Math.abs(at(at(s, 0, halfway), halfway, dt) - at(s, 0, dt))).toBeLessThan(1e-14);
      }),
      { numRuns: 2000 },
    ); // prettier-ignore
  });

  it('any reason other than ok gives exactly 1 at once', () => {
    const reason = fc.constantFrom(...EFFICIENCY_REASONS.filter((each) => each !== 'ok'));
    fc.assert(
      fc.property(multiplier, multiplier, elapsed, reason, (s, raw, dt, why) => {
        expect(smooth(raw, why, left(s, dt), NOW_SEC, { ...parameters, minMultiplier: 1.2 }).multiplier).toBe(1);
      }),
    );
  });

  it('without a halflife it is the formula’s multiplier, bit for bit', () => {
    fc.assert(
      fc.property(fc.oneof(multiplier, fc.double({ noNaN: true })), multiplier, elapsed, (raw, s, dt) => {
        expect(smoothed(raw, left(s, dt), { smoothingHalflifeSec: 0 })).toBe(raw);
      }),
    );
  });

  it('stays between its start and its goal, within the bounds, for any state', () => {
    const tsSec = fc.oneof(fc.double(), timeAround(NOW_SEC, 1000, 100));
    const state = fc.record({ multiplier: fc.oneof(fc.double(), multiplier), tsSec });
    fc.assert(
      fc.property(multiplier, state, halflife, (raw, given, h) => {
        const { multiplier: value, from } = smooth(raw, 'ok', given, NOW_SEC, {
          ...parameters,
          smoothingHalflifeSec: h,
        });
        const start = Math.min(Math.max(from?.multiplier ?? 1, parameters.minMultiplier), parameters.maxMultiplier);
        expect(value).toBeGreaterThanOrEqual(Math.min(start, raw) - 2 ** -52);
        expect(value).toBeLessThanOrEqual(Math.max(start, raw) + 2 ** -52);
        expect(value >= parameters.minMultiplier && value <= parameters.maxMultiplier).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('weighs as 1 - 2^(-elapsed / halflife) says', () => {
    fc.assert(
      fc.property(elapsed, halflife, (dt, h) => {
        expect(Math.abs(smoothingWeight(dt, h) - (1 - 2 ** (-dt / h)))).toBeLessThan(4e-16);
      }),
      { numRuns: 5000 },
    );
    for (let halflives = 0; halflives <= 64; halflives += 1) {
      expect(smoothingWeight(halflives, 1)).toBe(1 - 2 ** -halflives);
    }
  });
});
