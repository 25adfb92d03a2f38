import type { ProposalBasics } from '@quantum/redis-schemas';

type Timed = Pick<ProposalBasics, 'tsEpochSec'>;

export interface FreshnessLimits {
  /** Maximum age that counts, seconds: some cycles of the proposer (`LOOP_INTERVAL_SEC`, 10). */
  maxAgeSec: number;
  /** Maximum lead of a proposal over `now` because clocks differ, seconds; default 60. */
  maxFutureSec?: number;
}

/** Age of a proposal at `nowSec` (unix seconds), seconds, by its cycle's time. Negative if ahead of our clock. */
export const ageSec = ({ tsEpochSec }: Timed, nowSec: number): number => nowSec - tsEpochSec;

/** Whether a proposal counts at `nowSec`. On either limit it is fresh; with an invalid time it is stale. */
export function freshness(
  proposal: Timed,
  nowSec: number,
  { maxAgeSec, maxFutureSec = 60 }: FreshnessLimits,
): 'fresh' | 'stale' | 'future' {
  const age = ageSec(proposal, nowSec);
  if (!(age <= maxAgeSec)) return 'stale';
  return age >= -maxFutureSec ? 'fresh' : 'future';
}
