import type { Clock } from '@quantum/clock';
import { decideProposal, type SymbolReading } from '@quantum/decisions';
import type { CycleBudget, BudgetMode, PolicyBook, ProposalParameters } from '@quantum/efficiency-policy';
import type { ProposerMetrics } from '@quantum/metrics';
import type { Lease, Redis } from '@quantum/redis-io';
import type { InvalidReadings, Logger } from '@quantum/service-kit';
import { withinBudget, type Decided } from './budget.js';
import { noteInvalid } from './invalid.js';
import { NOTHING, publishProposals, type PublishOptions } from './publish.js';
import { readBatches } from './read.js';

/** Symbols that go to Redis in one batch: the longer of its scripts, which publishes, then holds Redis for 0.3 ms. */
export const BATCH_SYMBOLS = 50;
/** Batches that are read before it is their turn. Decision 0009 has the figures of both numbers. */
const BATCHES_AHEAD = 2;
/** While batches are kept back, a lease is renewed this many times in its life. */
const RENEWALS_PER_LEASE = 4;
/** What reading and deciding a shard's batches needs. */
export interface BatchContext {
  redis: Redis;
  clock: Clock;
  budget: BudgetMode;
  publish: PublishOptions;
  metrics: ProposerMetrics;
  logger: Logger;
  invalidReadings: InvalidReadings;
  /** Ends the cycle after the batch in flight. */
  stopping: AbortSignal;
  /** Called after each batch. */
  onProgress: () => void;
  /** Shards whose last budget was not met: reported once. */
  unmetShards: Set<number>;
}

/** What decides all batches of a cycle. */
export interface CycleTerms {
  /** The policy of all of it. */
  book: PolicyBook<ProposalParameters>;
  tsEpochSec: number;
}

/** A shard's batches as they are to be published: each as soon as it is read, or under a budget when all are. */
export function decidedBatches(
  context: BatchContext,
  lease: Lease,
  symbols: readonly string[],
  cycle: CycleTerms,
  onBudget: (budget: CycleBudget) => void,
): AsyncIterable<Decided> {
  const { redis, budget: mode, invalidReadings } = context;
  const { book } = cycle;
  const withSmoothing = book.all().some(({ parameters }) => parameters.smoothingHalflifeSec > 0);
  const options = { batchSymbols: BATCH_SYMBOLS, batchesAhead: BATCHES_AHEAD, withSmoothing };
  const decided = decideBatches(readBatches(redis, symbols, options), cycle, invalidReadings);
  if (mode === 'off') return decided;
  const onKept = keepLease(context, lease, cycle);
  const tell = (budget: CycleBudget): void => {
    onBudget(budget);
    tellBudget(context, lease, budget);
  };
  return withinBudget(decided, { mode, book, onKept, onBudget: tell });
}

async function* decideBatches(
  batches: AsyncIterable<readonly SymbolReading[]>,
  { book, tsEpochSec }: CycleTerms,
  invalidReadings: InvalidReadings,
): AsyncGenerator<Decided> {
  for await (const readings of batches) {
    const decided: Decided = { proposals: [], skips: [] };
    for (const reading of readings) {
      const { symbol } = reading;
      const decision = decideProposal(reading, tsEpochSec, book.of(symbol));
      noteInvalid(reading, decision, invalidReadings);
      const { proposal, skip } = decision;
      if (proposal) decided.proposals.push(proposal);
      else decided.skips.push({ symbol, skip });
    }
    yield decided;
  }
}

/** What is done after each batch that is kept back: publishing would renew the lease, and heed the end. */
function keepLease(
  { redis, clock, publish, stopping, onProgress }: BatchContext,
  lease: Lease,
  { tsEpochSec }: CycleTerms,
) {
  let renewedMs = -Infinity; // the claim was before the listing and the shards before this one
  return async (): Promise<void> => {
    stopping.throwIfAborted();
    onProgress();
    if (clock.steadyMs() - renewedMs < lease.leaseMs / RENEWALS_PER_LEASE) return;
    await publishProposals(redis, lease, tsEpochSec, NOTHING, publish);
    renewedMs = clock.steadyMs();
  };
}

/** Counts a budget that is not met, and logs when that begins and ends. */
function tellBudget(
  { metrics, logger, unmetShards }: BatchContext,
  { shard }: Lease,
  { scale, met }: CycleBudget,
): void {
  if (!met) metrics.budgetUnmet.inc();
  if (met !== unmetShards.has(shard)) return;
  if (met) unmetShards.delete(shard);
  else unmetShards.add(shard);
  if (met) logger.info({ shard, scale }, 'the budget is met again');
  else logger.warn({ shard, scale }, 'the budget is not met: the bounds of the multipliers do not allow it');
}
