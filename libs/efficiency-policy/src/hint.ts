import type { HintAction } from '@quantum/redis-schemas';
import type { Assessment } from './assess.js';

export interface HintPolicy {
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
export function hintDownsize(assessment: Assessment, closing: boolean, policy: HintPolicy): DownsizeHint {
  const { reason, score } = assessment;
  if (reason !== 'ok' || score === undefined || score >= policy.downsizeThreshold) return NO_HINT;
  if (closing && !policy.hintCloses) return NO_HINT;
  return {
    action: 'DOWNSIZE',
    factor: Math.max(policy.minFactor, score / policy.downsizeThreshold),
    extraCooldownSec: Math.round((1 - score) * policy.maxExtraCooldownSec),
  };
}
