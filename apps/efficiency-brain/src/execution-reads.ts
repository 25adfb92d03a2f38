import { periodOf } from '@quantum/efficiency-score';
import { ShardRefusedError, type Lease } from '@quantum/redis-io';
import type { CycleContext, CycleTerms } from './cycle.js';
import { MIN_STREAM_LENGTH, publishScores } from './publish.js';

/** The time of the cycle, and the period that is open then. @throws for a time that is none. */
function timeOf({ clock, rules }: Pick<CycleContext, 'clock' | 'rules'>): Pick<CycleTerms, 'nowSec' | 'openPeriod'> {
  const nowSec = clock.wallSec();
  const openPeriod = periodOf(nowSec, rules.parameters.periodSec);
  if (openPeriod === undefined) throw new Error(`our clock says ${nowSec}, which is no time`);
  return { nowSec, openPeriod };
}

/**
 * Reads executions. Positions and prices are read after that, so that the cycle has the time when it ends. Where the
 * period has ended meanwhile, what was added to it is read, too: this period is due then, and not the one before.
 */
export async function readUntilNow(
  context: CycleContext,
  held: readonly Lease[],
): Promise<Omit<CycleTerms, 'isPositionBrainAlive'>> {
  let start = timeOf(context);
  let isWhole = await readExecutions(context, held, start);
  let now = timeOf(context);
  if (isWhole && now.openPeriod !== start.openPeriod) {
    start = now;
    isWhole = await readExecutions(context, held, start);
    now = timeOf(context);
  }
  return { ...now, isDue: isWhole && now.openPeriod === start.openPeriod };
}

/** Reads executions and renews the leases in between. Whether everything was read: if not, no period is closed. */
async function readExecutions(
  { executions, clock, logger, maxReadMs, mode, onProgress, publish, redis, rules, stopping }: CycleContext,
  held: readonly Lease[],
  { nowSec, openPeriod }: Pick<CycleTerms, 'nowSec' | 'openPeriod'>,
): Promise<boolean> {
  const endMs = clock.steadyMs() + maxReadMs;
  const options = { ...publish, rules, streamMaxlen: MIN_STREAM_LENGTH, withHashes: mode === 'enforce' };
  while (!(await executions.read(openPeriod))) {
    stopping.throwIfAborted();
    if (clock.steadyMs() >= endMs) {
      logger.warn('there are more executions than a cycle can read: no period is closed');
      return false;
    }
    for (const lease of held) {
      // A shard that is refused is refused again in its turn.
      await publishScores(redis, lease, nowSec, [], options).catch((error: unknown) => {
        if (!(error instanceof ShardRefusedError)) throw error;
      });
    }
    onProgress();
  }
  return true;
}
