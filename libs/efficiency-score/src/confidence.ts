import { clamp } from './clamp.js';
import { forgottenShare, remainingShare } from './decay.js';
import type { ScoreRules } from './rules.js';
import type { SymbolState } from './state.js';

/** Decayed share of the periods since the symbol's first that were measured, 0..1. */
export function coverageOf(state: SymbolState, { halflifePeriods }: ScoreRules): number {
  if (state.measured === undefined) return 0;
  const { last, moments } = state.measured;
  const measured = moments.weight * remainingShare(state.period - last.period, halflifePeriods);
  // The sum of a geometric series: 1 + L + ... + L^(n - 1).
  const periods = state.period - state.firstPeriod + 1;
  const all = forgottenShare(periods, halflifePeriods) / forgottenShare(1, halflifePeriods);
  return clamp(measured / all, 0, 1);
}

/**
 * Freshness of inputs at a time: 1 if they are at most a period old, 0 from P31_STALE_SEC on, linear between. 0 too for
 * a time more than P31_MAX_FUTURE_SEC ahead, such as milliseconds, and for no time at all.
 */
export function freshnessOf(oldestInputSec: number, nowSec: number, { parameters }: ScoreRules): number {
  const { periodSec, staleSec, maxFutureSec } = parameters;
  const ageSec = nowSec - oldestInputSec;
  return ageSec >= -maxFutureSec ? clamp((staleSec - ageSec) / (staleSec - periodSec), 0, 1) : 0;
}

/** Confidence in a score, 0..1: what is known, how completely, and how recently. */
export const confidenceOf = (
  effectivePeriods: number,
  coverage: number,
  freshness: number,
  { parameters }: ScoreRules,
): number => (effectivePeriods / (effectivePeriods + parameters.confidencePeriods)) * coverage * freshness;
