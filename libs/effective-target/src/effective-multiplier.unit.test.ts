import { describe, expect, it } from '@jest/globals';
import { finite, multiplier, uniform, usd } from '@quantum/generators';
import { parseTarget, type MultiplierReading } from '@quantum/redis-schemas';
import fc from 'fast-check';
import {
  effectiveMultiplier,
  effectiveTargetUsd,
  MULTIPLIER_VERDICTS,
  targetFields,
  type MultiplierReads,
} from './index.js';

const NOW = 1_763_386_800;
const good: MultiplierReading = { multiplier: 0.9, direction: 'both', epoch: 7, expiresAtSec: NOW + 30 };
const reads = (changes: Partial<MultiplierReading> = {}, epoch: number | null = 7): MultiplierReads => ({
  published: { readable: true, value: { ...good, ...changes } },
  epoch: { readable: true, value: epoch ?? undefined },
});
const known = { readable: true } as const;

describe('a multiplier', () => {
  it.each<[string, MultiplierReads, number, number, string]>([
    ['that is valid', reads(), NOW, 0.9, 'ok'],
    ['of 0', reads({ multiplier: 0 }), NOW, 0, 'ok'],
    ['above 1, in both directions', reads({ multiplier: 1.4 }), NOW, 1.4, 'ok'],
    ['of 1 that goes down only', reads({ multiplier: 1, direction: 'down_only' }), NOW, 1, 'ok'],
    ['above 1 that goes down only', reads({ multiplier: 1 + 1e-15, direction: 'down_only' }), NOW, 1, 'over_limit'],
    ['just before it expires', reads(), NOW + 29.999, 0.9, 'ok'],
    ['as it expires', reads(), NOW + 30, 1, 'expired'],
    ['at no time', reads(), NaN, 1, 'expired'],
    ['of an earlier epoch', reads({}, 8), NOW, 1, 'epoch'],
    ['of a later epoch', reads({}, 6), NOW, 1, 'epoch'],
    ['where Redis has no epoch', reads({}, null), NOW, 1, 'epoch'],
    ['without an epoch, where Redis has none either', reads({ epoch: undefined }, null), NOW, 1, 'invalid'],
    ['that is no number', reads({ multiplier: undefined }), NOW, 1, 'invalid'],
    ['of no known direction', reads({ direction: undefined }), NOW, 1, 'invalid'],
    ['without an expiry', reads({ expiresAtSec: undefined }), NOW, 1, 'invalid'],
    ['that is not there', { ...reads(), published: { ...known, value: undefined } }, NOW, 1, 'absent'],
    ['that cannot be read', { ...reads(), published: { readable: false } }, NOW, 1, 'unreadable'],
    ['whose epoch cannot be read', { ...reads(), epoch: { readable: false } }, NOW, 1, 'unreadable'],
  ])('%s', (_what, given, nowSec, value, why) => {
    expect(effectiveMultiplier(given, nowSec)).toEqual({ multiplier: value, why });
  });

  it('is exactly 1 unless it counts, and finite in any case', () => {
    const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
    const epoch = fc.integer({ min: 6, max: 8 });
    const published = fc.record({
      multiplier: optional(multiplier),
      direction: optional(fc.constantFrom('down_only' as const, 'both' as const)),
      epoch: optional(epoch),
      expiresAtSec: optional(uniform(NOW - 60, NOW + 60)),
    });
    const read = <T>(arbitrary: fc.Arbitrary<T>) =>
      fc.oneof(fc.constant({ readable: false } as const), arbitrary.map((value) => ({ ...known, value }))); // prettier-ignore
    fc.assert(
      fc.property(read(optional(published)), read(optional(epoch)), finite, (there, at, nowSec) => {
        const { multiplier: value, why } = effectiveMultiplier({ published: there, epoch: at }, nowSec);
        expect(MULTIPLIER_VERDICTS).toContain(why);
        expect(why === 'ok' || value === 1).toBe(true);
        expect(Number.isFinite(value) && value >= 0).toBe(true);
      }),
    );
  });
});

describe('an effective target', () => {
  const of = (value: number) => ({ multiplier: value, why: 'ok' }) as const;

  it('is the base times the multiplier', () => {
    expect(effectiveTargetUsd(2000, of(0.925))).toBe(1850);
    expect(effectiveTargetUsd(-5, of(0))).toBe(0);
    fc.assert(
      fc.property(usd(), multiplier, (base, value) => {
        expect(effectiveTargetUsd(base, of(value))).toBe(base * value);
      }),
    );
  });

  it('is the base where the product is not finite', () => {
    expect(effectiveTargetUsd(1e308, of(10))).toBe(1e308);
  });
});

describe('the fields of a target that follows', () => {
  it('are the effective target and its base, in full', () => {
    expect(targetFields(2000, { multiplier: 0.925 })).toEqual({ target_usd: '1850', base_target_usd: '2000' });
    expect(targetFields(1 / 3, { multiplier: 1 })).toEqual({
      target_usd: '0.3333333333333333',
      base_target_usd: '0.3333333333333333',
    });
    expect(targetFields(-50, { multiplier: 0.5 })).toEqual({ target_usd: '-25', base_target_usd: '-50' });
  });

  it('give the base back to the bit, whatever the multiplier', () => {
    fc.assert(
      fc.property(usd(), multiplier, (base, value) => {
        const { target_usd: target, base_target_usd: own } = targetFields(base, { multiplier: value });
        expect(parseTarget([target, null, own])).toMatchObject({ state: 'read', targetUsd: base });
      }),
    );
  });
});
