import { clamp } from './clamp.js';

/** What P3.1 advises on a symbol's capital. */
export type CapitalPressure = 'INCREASE' | 'HOLD' | 'DECREASE';

const INCREASE_FROM = 0.65;
const DECREASE_TO = 0.35;
const MIN_CONFIDENCE = 0.5;
const MAX_LOSS_SHARE = 0.5;

/**
 * The published advice: INCREASE from a smoothed score of 0.65 on if confidence is at least 0.5, else DECREASE up to
 * 0.35 or if the mean loss of a period exceeds half of the reserved capital, else HOLD. `lossShare` is that loss
 * divided by the capital.
 */
export function capitalPressure(scoreEwma: number, confidence: number, lossShare: number): CapitalPressure {
  if (scoreEwma >= INCREASE_FROM && confidence >= MIN_CONFIDENCE) return 'INCREASE';
  return scoreEwma <= DECREASE_TO || lossShare > MAX_LOSS_SHARE ? 'DECREASE' : 'HOLD';
}

/** The published weight of a reallocation, -1..1: distance of the smoothed score from 0.5, times confidence. */
export const reallocationWeight = (scoreEwma: number, confidence: number): number =>
  clamp(2 * (scoreEwma - 0.5), -1, 1) * confidence + 0;
