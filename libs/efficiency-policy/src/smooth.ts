import type { EfficiencyReason } from '@quantum/redis-schemas';
import { clamp } from './clamp.js';

/** What smooths a multiplier. */
export interface SmoothingPolicy {
  /** P31_SMOOTHING_HALFLIFE_SEC: in so many seconds it goes half of the way to what the formula says; 0: at once. */
  smoothingHalflifeSec: number;
  /** P31_MAX_FUTURE_SEC: how far ahead of `now` a state's time may be, seconds. */
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
  /** Within the bounds, and the next cycle's state; exactly 1 where the reason is not `ok`. */
  multiplier: number;
  /** The state that it came from; undefined where none was used. */
  from: SmoothingState | undefined;
}

/** 2^-64 vanishes beside 1. */
const ALL_OF_THE_WAY = 64;
/** Terms of the series below: the next one would add less than a hundredth of a last digit. */
const TERMS = 17;

/**
 * Share of the way that is gone in `elapsedSec`: 1 - 2^(-elapsed / halflife), so that uneven steps add up exactly. By
 * additions, multiplications and divisions alone, the same bits in every language (`Math.pow` is not):
 * 2^-(w + f) = e^(-f ln 2) / 2^w, and e^y is its Taylor series by Horner's rule.
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
 * Smooths the formula's multiplier, exponentially weighted by time (an EWMA for uneven steps): with reason `ok`,
 *
 *     start = clamp(state, min, max)                                         no state: 1, elapsed = 0
 *     multiplier = clamp(start + (raw - start) * (1 - 2^(-elapsed / halflife)), min, max)
 *
 * `elapsed` is the time since the state, at least 0. A state whose numbers are not finite, or that is more than
 * `maxFutureSec` ahead, is none. Any other reason gives exactly 1 at once, as the state too: smoothing starts over from there.
 * A halflife of 0 gives `raw` itself.
 */
export function smooth(
  raw: number,
  reason: EfficiencyReason,
  state: SmoothingState | undefined,
  nowSec: number,
  policy: SmoothingPolicy,
): Smoothed {
  const { smoothingHalflifeSec, minMultiplier, maxMultiplier } = policy;
  if (reason !== 'ok') return { multiplier: 1, from: undefined };
  if (smoothingHalflifeSec <= 0) return { multiplier: raw, from: undefined };
  const from = state && isUsable(state, nowSec, policy) ? state : undefined;
  // Within the bounds first: these may be others than when the state was written, and a state may be garbage.
  const start = clamp(from?.multiplier ?? 1, minMultiplier, maxMultiplier);
  const elapsedSec = from ? Math.max(0, nowSec - from.tsSec) : 0;
  const moved = start + (raw - start) * smoothingWeight(elapsedSec, smoothingHalflifeSec);
  return { multiplier: clamp(moved, minMultiplier, maxMultiplier), from };
}

const isUsable = ({ multiplier, tsSec }: SmoothingState, nowSec: number, { maxFutureSec }: SmoothingPolicy): boolean =>
  Number.isFinite(multiplier) && Number.isFinite(tsSec) && tsSec - nowSec <= maxFutureSec;
