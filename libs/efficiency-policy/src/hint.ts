import type { HintAction } from '@quantum/redis-schemas';
import type { Assessment } from './assess.js';

export interface DownsizeParameters {
  /** P31_DOWNSIZE_THRESHOLD: scores below it give a DOWNSIZE hint, 0 < x <= 1. */
  downsizeThreshold: number;
  /** P31_MIN_FACTOR: minimum factor, 0.0001..1. */
  minFactor: number;
  /** P31_MAX_EXTRA_COOLDOWN_SEC: extra cooldown at score 0, seconds. */
  maxExtraCooldownSec: number;
  /** P31_HINT_CLOSES: whether closing plans get a hint too. */
  hintCloses: boolean;
}

/** Advice to the Apply Layer. It never enlarges and never blocks. */
export interface DownsizeHint {
  action: HintAction;
  /** Suggested fraction of the planned size, 0.0001..1. */
  factor: number;
  /** Suggested extra cooldown, whole seconds. */
  extraCooldownSec: number;
}

const NO_HINT: DownsizeHint = { action: 'NONE', factor: 1, extraCooldownSec: 0 };

/** Hint for a plan (contract, section 3). No DOWNSIZE for a closing plan unless `hintCloses` is set. */
export function hintDownsize(assessment: Assessment, closing: boolean, parameters: DownsizeParameters): DownsizeHint {
  const { reason, score } = assessment;
  if (reason !== 'ok' || score === undefined || score >= parameters.downsizeThreshold) return NO_HINT;
  if (closing && !parameters.hintCloses) return NO_HINT;
  return {
    action: 'DOWNSIZE',
    factor: Math.max(parameters.minFactor, score / parameters.downsizeThreshold),
    extraCooldownSec: Math.round((1 - score) * parameters.maxExtraCooldownSec),
  };
}
