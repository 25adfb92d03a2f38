import { clamp } from './clamp.js';
import type { EfficiencyReason } from './reasons.js';

export interface SmoothingParameters {
  /** P31_SMOOTHING_HALFLIFE_SEC: seconds in which the multiplier covers half of the distance. 0: no smoothing. */
  smoothingHalflifeSec: number;
  /** P31_MAX_FUTURE_SEC: maximum lead of a state's time over `now`, seconds. */
  maxFutureSec: number;
  minMultiplier: number;
  maxMultiplier: number;
}

/** The smoothed multiplier that an earlier cycle left. */
export interface SmoothingState {
  multiplier: number;
  /** That cycle's time, unix seconds. */
  tsSec: number;
}

export interface Smoothed {
  /** Within the bounds, and the next cycle's state. Exactly 1 if the reason is not `ok`. */
  multiplier: number;
  /** The state that smoothing started from; undefined if none was used. */
  from: SmoothingState | undefined;
}

/** 2^-64 is below the last digit of 1. */
const ALL_OF_THE_WAY = 64;
/** Terms of the series below. The next term would add less than a hundredth of the last digit. */
const TERMS = 17;

/**
 * Fraction of the distance that is covered in `elapsedSec`: 1 - 2^(-elapsed / halflife), so that uneven steps add up
 * exactly. It uses only additions, multiplications and divisions, which give the same bits in every language
 * (`Math.pow` does not): 2^-(w + f) = e^(-f ln 2) / 2^w, and e^y is its Taylor series by Horner's rule.
 */
export function smoothingWeight(elapsedSec: number, halflifeSec: number): number {
  const halflives = elapsedSec / halflifeSec;
  if (halflives >= ALL_OF_THE_WAY) return 1;
  const whole = Math.floor(halflives);
  const exponent = (whole - halflives) * Math.LN2;
  let left = 1;
  for (let term = TERMS; term >= 1; term -= 1) left = 1 + (left * exponent) / term;
  return 1 - left / 2 ** whole;
}

/**
 * Smooths the formula's multiplier with an exponential weight by time (an EWMA for uneven steps). With reason `ok`:
 *
 *     start = clamp(state, min, max)                                         no state: 1, elapsed = 0
 *     multiplier = clamp(start + (raw - start) * (1 - 2^(-elapsed / halflife)), min, max)
 *
 * `elapsed` is the time since the state, at least 0. A state counts as absent if a number is not finite or its time is
 * more than `maxFutureSec` ahead. Any other reason gives exactly 1 at once and sets the state to 1, so smoothing
 * restarts from 1. A halflife of 0 gives `raw` itself.
 */
export function smooth(
  raw: number,
  reason: EfficiencyReason,
  state: SmoothingState | undefined,
  nowSec: number,
  parameters: SmoothingParameters,
): Smoothed {
  const { smoothingHalflifeSec, minMultiplier, maxMultiplier } = parameters;
  if (reason !== 'ok') return { multiplier: 1, from: undefined };
  if (smoothingHalflifeSec <= 0) return { multiplier: raw, from: undefined };
  const from = state && isUsable(state, nowSec, parameters) ? state : undefined;
  // Clamp first: the bounds may have changed since the state was written, and the state may be garbage.
  const start = clamp(from?.multiplier ?? 1, minMultiplier, maxMultiplier);
  const elapsedSec = from ? Math.max(0, nowSec - from.tsSec) : 0;
  const moved = start + (raw - start) * smoothingWeight(elapsedSec, smoothingHalflifeSec);
  return { multiplier: clamp(moved, minMultiplier, maxMultiplier), from };
}

const isUsable = (
  { multiplier, tsSec }: SmoothingState,
  nowSec: number,
  { maxFutureSec }: SmoothingParameters,
): boolean => Number.isFinite(multiplier) && Number.isFinite(tsSec) && tsSec - nowSec <= maxFutureSec;
