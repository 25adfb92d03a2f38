import { assess, proposeTarget, type Policy, type ProposalParameters } from '@quantum/efficiency-policy';
import {
  asComputed,
  type EfficiencyReading,
  type ProposalRecord,
  type SkipReason,
  type TargetReading,
} from '@quantum/redis-schemas';

/** What was read of one symbol. */
export interface SymbolReading {
  symbol: string;
  /** `gone`: no key there, as opposed to a hash without the fields (`missing`). */
  target: TargetReading | { state: 'gone' };
  efficiency: EfficiencyReading;
}

export type Decision = { proposal: ProposalRecord; skip?: never } | { proposal?: never; skip: SkipReason };

/** Decides one symbol at the cycle's time (whole unix seconds). Pure: the same reading always gives the same decision. */
export function decide(
  { symbol, target, efficiency }: SymbolReading,
  nowSec: number,
  { parameters, policy }: Policy<ProposalParameters>,
): Decision {
  if (target.state === 'unreadable') return { skip: 'redis_error' };
  if (target.state === 'gone') return { skip: 'no_target' };
  if (target.state !== 'read') return { skip: 'invalid_target' };

  const assessment = assess(efficiency, nowSec, parameters);
  const proposal = proposeTarget(target.targetUsd, assessment, parameters);
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
      ...asComputed(proposal.multiplier, policy),
    },
  };
}
