import {
  assess,
  multiplierOf,
  multiplyTarget,
  smooth,
  type ParameterSet,
  type ProposalParameters,
  type SmoothingState,
} from '@quantum/efficiency-policy';
import type { EfficiencyReading, ProposalRecord, TargetReading } from '@quantum/redis-schemas';

/** What was read of one symbol. */
export interface SymbolReading {
  symbol: string;
  /** `gone`: no key there, as opposed to a hash without the fields (`missing`). */
  target: TargetReading | { state: 'gone' };
  efficiency: EfficiencyReading;
  /** What an earlier cycle left; undefined where there is nothing, or no policy smooths. */
  smoothing: SmoothingState | undefined;
}

/** Why a symbol gets no proposal. */
export type TargetProblem = 'redis_error' | 'no_target' | 'invalid_target';

export type ProposalDecision = { proposal: ProposalRecord; skip?: never } | { proposal?: never; skip: TargetProblem };

/** Decides one symbol at the cycle's time (whole unix seconds), before any budget. Pure: time is an argument. */
export function decideProposal(
  { symbol, target, efficiency, smoothing }: SymbolReading,
  nowSec: number,
  policy: ParameterSet<ProposalParameters>,
): ProposalDecision {
  if (target.state === 'unreadable') return { skip: 'redis_error' };
  if (target.state === 'gone') return { skip: 'no_target' };
  if (target.state !== 'read') return { skip: 'invalid_target' };
  const { targetUsd: baseTargetUsd, timestampText: baseTsText } = target;
  const proposal = propose({ symbol, baseTargetUsd, baseTsText, efficiency, smoothing }, nowSec, policy);
  return proposal ? { proposal } : { skip: 'invalid_target' };
}

/** What a proposal is computed from apart from time and parameters. */
export interface ProposalInputs extends Omit<SymbolReading, 'target'> {
  /** USD. */
  baseTargetUsd: number;
  /** The base's `timestamp` as it was written, empty if unreadable. */
  baseTsText: string;
}

/** Proposes a target, before any budget; undefined where the base is no amount >= 0, or the product overflows. */
export function propose(
  { symbol, baseTargetUsd, baseTsText, efficiency, smoothing }: ProposalInputs,
  nowSec: number,
  { parameters, policy }: ParameterSet<ProposalParameters>,
): ProposalRecord | undefined {
  const assessment = assess(efficiency, nowSec, parameters);
  const rawMultiplier = multiplierOf(assessment, parameters);
  const { multiplier, from } = smooth(rawMultiplier, assessment.reason, smoothing, nowSec, parameters);
  const proposal = multiplyTarget(baseTargetUsd, multiplier);
  if (!proposal.proposed) return undefined;
  return {
    tsEpochSec: nowSec,
    symbol,
    baseTargetUsd,
    proposedTargetUsd: proposal.proposedTargetUsd,
    multiplier,
    effScore: assessment.score,
    effConfidence: assessment.confidence,
    effTsText: assessment.tsText,
    effStale: assessment.stale,
    baseTsText,
    reason: assessment.reason,
    rawMultiplier,
    smoothedMultiplier: multiplier,
    smoothingFrom: from?.multiplier,
    smoothingFromTsSec: from?.tsSec,
    policy,
    budgetScale: 1,
  };
}
