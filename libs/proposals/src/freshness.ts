import type { ProposalBasics } from '@quantum/redis-schemas';

type Timed = Pick<ProposalBasics, 'tsEpochSec'>;

export interface FreshnessLimits {
  /** The greatest age that still counts, seconds: some cycles of the proposer (`LOOP_INTERVAL_SEC`, 10). */
  maxAgeSec: number;
  /** How far ahead of `now` a proposal may be, clocks differing, seconds; default 60. */
  maxFutureSec?: number;
}

/** Age of a proposal at `nowSec` (unix seconds), in seconds, by the time of its cycle; negative: it is ahead of our clock. */
export const ageSec = ({ tsEpochSec }: Timed, nowSec: number): number => nowSec - tsEpochSec;

/** Whether a proposal counts at `nowSec`. On either limit it is fresh; at a time that is none it is stale. */
export function freshness(
  proposal: Timed,
  nowSec: number,
  { maxAgeSec, maxFutureSec = 60 }: FreshnessLimits,
): 'fresh' | 'stale' | 'future' {
  const age = ageSec(proposal, nowSec);
  if (!(age <= maxAgeSec)) return 'stale';
  return age >= -maxFutureSec ? 'fresh' : 'future';
}
