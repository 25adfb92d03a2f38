import type { Assessment } from './assess.js';
import { clamp } from './clamp.js';

export interface MultiplierParameters {
  /** P31_BASE: multiplier at score 0.5. */
  base: number;
  /** P31_SCALE: change of the multiplier over the whole range of scores. */
  scale: number;
  /** P31_MIN_MULT: minimum multiplier, >= 0. */
  minMultiplier: number;
  /** P31_MAX_MULT: maximum multiplier. */
  maxMultiplier: number;
}

/** A proposed target, or the reason why none is proposed. */
export type Proposal =
  | { proposed: true; multiplier: number; proposedTargetUsd: number }
  /** The base is not a finite amount >= 0, or the product overflows. */
  | { proposed: false };

/** Multiplier of a score: clamp(base + scale * (score - 0.5), min, max) for `ok`, exactly 1 for other reasons. */
export function multiplierOf(assessment: Assessment, parameters: MultiplierParameters): number {
  if (assessment.reason !== 'ok' || assessment.score === undefined) return 1;
  return clamp(
    parameters.base + parameters.scale * (assessment.score - 0.5),
    parameters.minMultiplier,
    parameters.maxMultiplier,
  );
}

/** Proposed target of a base target in USD and a multiplier >= 0: their product, unrounded. */
export function multiplyTarget(baseTargetUsd: number, multiplier: number): Proposal {
  if (!Number.isFinite(baseTargetUsd) || baseTargetUsd < 0) return { proposed: false };
  const proposedTargetUsd = baseTargetUsd * multiplier;
  return Number.isFinite(proposedTargetUsd) ? { proposed: true, multiplier, proposedTargetUsd } : { proposed: false };
}
