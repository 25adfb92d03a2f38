import {
  assess,
  multiplierOf,
  multiplyTarget,
  smooth,
  type ParameterSet,
  type ProposalParameters,
} from '@quantum/efficiency-policy';
import type {
  EfficiencyReading,
  ProposalRecord,
  SkipReason,
  SmoothingReading,
  TargetReading,
} from '@quantum/redis-schemas';

/** What was read of one symbol. */
export interface SymbolReading {
  symbol: string;
  /** `gone`: no key there, as opposed to a hash without the fields (`missing`). */
  target: TargetReading | { state: 'gone' };
  efficiency: EfficiencyReading;
  /** What an earlier cycle left; undefined where there is nothing, or no policy smooths. */
  smoothing: SmoothingReading | undefined;
}

export type Decision = { proposal: ProposalRecord; skip?: never } | { proposal?: never; skip: SkipReason };

/**
 * Decides one symbol at the cycle's time (whole unix seconds), before any budget. Pure: the same reading always gives the same
 * decision.
 */
export function decide(
  { symbol, target, efficiency, smoothing }: SymbolReading,
  nowSec: number,
  { parameters, policy }: ParameterSet<ProposalParameters>,
): Decision {
  if (target.state === 'unreadable') return { skip: 'redis_error' };
  if (target.state === 'gone') return { skip: 'no_target' };
  if (target.state !== 'read') return { skip: 'invalid_target' };

  const assessment = assess(efficiency, nowSec, parameters);
  const rawMultiplier = multiplierOf(assessment, parameters);
  const { multiplier, from } = smooth(rawMultiplier, assessment.reason, smoothing, nowSec, parameters);
  const proposal = multiplyTarget(target.targetUsd, multiplier);
  if (!proposal.proposed) return { skip: 'invalid_target' };
  return {
    proposal: {
      tsEpochSec: nowSec,
      symbol,
      baseTargetUsd: target.targetUsd,
      proposedTargetUsd: proposal.proposedTargetUsd,
      multiplier,
      effScore: assessment.score,
      effConfidence: assessment.confidence,
      effTsText: assessment.tsText,
      effStale: assessment.stale,
      baseTsText: target.timestampText,
      reason: assessment.reason,
      rawMultiplier,
      smoothedMultiplier: multiplier,
      smoothingFrom: from?.multiplier,
      smoothingFromTsSec: from?.tsSec,
      policy,
      budgetScale: 1,
    },
  };
}
