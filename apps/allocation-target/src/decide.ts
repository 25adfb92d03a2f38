import { assess, proposeTarget, type AssessmentPolicy, type ProposalPolicy } from '@quantum/efficiency-policy';
import type { EfficiencyReading, ProposalRecord, SkipReason, TargetReading } from '@quantum/redis-schemas';
import type { ProposerConfig } from './config.js';

/** Everything that decides besides the readings and the time. */
export type Policy = AssessmentPolicy & ProposalPolicy;

export const policyOf = (config: ProposerConfig): Policy => ({
  minConfidence: config.minConfidence,
  maxFutureSec: config.maxFutureSec,
  maxAgeSec: config.staleSec,
  base: config.base,
  scale: config.scale,
  minMultiplier: config.minMultiplier,
  maxMultiplier: config.maxMultiplier,
});

/** What was read of one symbol. */
export interface SymbolReading {
  symbol: string;
  /** `gone`: no key there, as opposed to a hash without the fields (`missing`). */
  target: TargetReading | { state: 'gone' };
  efficiency: EfficiencyReading;
}

export type Decision = { proposal: ProposalRecord; skip?: never } | { proposal?: never; skip: SkipReason };

/** Decides one symbol at the cycle's time (whole unix seconds). Pure: the same reading always gives the same decision. */
export function decide({ symbol, target, efficiency }: SymbolReading, nowSec: number, policy: Policy): Decision {
  if (target.state === 'unreadable') return { skip: 'redis_error' };
  if (target.state === 'gone') return { skip: 'no_target' };
  if (target.state !== 'read') return { skip: 'invalid_target' };

  const assessment = assess(efficiency, nowSec, policy);
  const proposal = proposeTarget(target.targetUsd, assessment, policy);
  if (!proposal.proposed) return { skip: 'invalid_target' };
  return {
    proposal: {
      tsEpochSec: nowSec,
      symbol,
      baseTargetUsd: target.targetUsd,
      proposedTargetUsd: proposal.proposedTargetUsd,
      multiplier: proposal.multiplier,
      effScore: assessment.score,
      effConfidence: assessment.confidence,
      effTsText: assessment.tsText,
      effStale: assessment.stale,
      baseTsText: target.timestampText,
      reason: assessment.reason,
    },
  };
}
