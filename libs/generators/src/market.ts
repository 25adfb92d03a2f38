import fc from 'fast-check';
import { logUniform, uniform } from './ranges.js';

/** Rounds to the decimals that a publisher writes. */
const toDecimals = (decimals: number) => (value: number) => Number(value.toFixed(decimals));
/** Rounds to the digits that an exchange quotes. */
const toDigits = (digits: number) => (value: number) => Number(value.toPrecision(digits));

/** A number in 0..1. Of eight values, six are `uniform`, one has two decimals (101 values), and one is from `often`. */
const share = (...often: readonly number[]): fc.Arbitrary<number> =>
  fc.oneof(
    { weight: 6, arbitrary: uniform(0, 1) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100) },
    { weight: 1, arbitrary: fc.constantFrom(...often) },
  );

/** An efficiency score, 0..1: mostly `uniform`; one in eight is 0, 0.45 (hint threshold), 0.5 (neutral) or 1. */
export const score: fc.Arbitrary<number> = share(0, 0.45, 0.5, 1);

/** A confidence, 0..1: mostly `uniform`; one in eight is 0, 0.65 (the minimum) or 1. */
export const confidence: fc.Arbitrary<number> = share(0, 0.65, 1);

/** A multiplier within the default bounds: `uniform` over 0.5..1.5, and 1 once in nine. */
export const multiplier: fc.Arbitrary<number> = fc.oneof(
  { weight: 8, arbitrary: uniform(0.5, 1.5) },
  { weight: 1, arbitrary: fc.constant(1) },
);

/** A price as an exchange quotes it: six digits, `logUniform` over 0.000001..200,000 USD. */
export const priceUsd: fc.Arbitrary<number> = logUniform(1e-6, 200_000).map(toDigits(6));

/** A quantity of an asset: six digits, `logUniform` over 0.00001..10,000,000 units. */
export const qty: fc.Arbitrary<number> = logUniform(1e-5, 1e7).map(toDigits(6));

/** An amount: 0 once in ten, else `logUniform` over 0.01..`max` USD, half to the cent. `max` exceeds 0.01. */
export const usd = (max = 10_000_000): fc.Arbitrary<number> =>
  fc.oneof(
    { weight: 2, arbitrary: fc.constant(0) },
    { weight: 9, arbitrary: logUniform(0.01, max) },
    { weight: 9, arbitrary: logUniform(0.01, max).map((value) => Math.min(toDecimals(2)(value), max)) },
  );

/**
 * A time, unix seconds, `uniform` from `before` seconds before `nowSec` to `after` seconds after it; half of them
 * whole.
 */
export const timeAround = (nowSec: number, before: number, after: number): fc.Arbitrary<number> =>
  fc.oneof(
    uniform(nowSec - before, nowSec + after),
    fc.integer({ min: Math.ceil(nowSec - before), max: Math.floor(nowSec + after) }),
  );
