import type { Budget, BudgetMode, PolicyBook, ProposalParameters } from '@quantum/efficiency-policy';
import type { ProposerMetrics } from '@quantum/metrics';
import type { PolicySource } from '@quantum/policy';
import type { Redis } from '@quantum/redis-io';
import {
  EFFICIENCY_REASONS,
  shardOfSymbol,
  SKIP_REASONS,
  type CycleSummary,
  type EfficiencyReason,
  type SkipReason,
} from '@quantum/redis-schemas';
import { steadyClock, type InvalidReadings, type Logger } from '@quantum/service-kit';
import { farthestFromOne, withinBudget, type Decided } from './budget.js';
import { decide, type SymbolReading } from './decide.js';
import type { Discovery } from './discovery.js';
import { noteInvalid } from './invalid.js';
import { ShardRefusedError, type Lease } from './leases.js';
import { NOTHING, publishLastCycle, publishProposals, type PublishOptions, type RefusedWrite } from './publish.js';
import { readBatches } from './read.js';
import type { RefusedWrites } from './refused-writes.js';

/** Symbols that go to Redis in one batch: the longer of its scripts, which publishes, then holds Redis for 0.3 ms. */
export const BATCH_SYMBOLS = 50;
/** Batches that are read before it is their turn. Decision 0009 has the figures of both numbers. */
const BATCHES_AHEAD = 2;
/** While batches are kept back, a lease is renewed so many times in its life. */
const RENEWALS_PER_LEASE = 4;

export interface CycleContext {
  redis: Redis;
  discovery: Discovery;
  policies: Pick<PolicySource<ProposalParameters>, 'current'>;
  budget: BudgetMode;
  publish: PublishOptions;
  metrics: ProposerMetrics;
  logger: Logger;
  invalidReadings: InvalidReadings;
  /** Wall clock, unix seconds. */
  nowSec: () => number;
  /** Ends the cycle after the batch in hand. */
  stopping: AbortSignal;
  /** Told after each batch. */
  onProgress: () => void;
  /** Shards whose last budget was not met: told once. */
  unmetShards: Set<number>;
  refusedWrites: RefusedWrites;
}

/** What a cycle has done so far. */
interface Tally {
  proposed: Record<EfficiencyReason, number>;
  skipped: Record<SkipReason, number>;
  /** Symbols whose proposal stands. */
  published: string[];
  refused: RefusedWrite[];
  /** What its budget scaled the shard by; undefined where there is none. */
  budgetScale?: number;
}

const zeros = <K extends string>(keys: readonly K[]): Record<K, number> =>
  Object.fromEntries(keys.map((key) => [key, 0])) as Record<K, number>;

/** What the shards of one cycle have in common. */
interface Cycle {
  /** The policy of all of it. */
  book: PolicyBook<ProposalParameters>;
  startMs: number;
  listingMs: number;
  tsEpochSec: number;
}

/**
 * One cycle over the shards that this process holds: lists the symbols, then reads, decides and publishes them shard by
 * shard and batch by batch, and records of each shard that its cycle was whole. @throws ShardRefusedError, after the other
 * shards, when Redis refuses one; at once when Redis gives no verdict, and when told to stop. A shard that was not
 * finished has no whole cycle.
 * @param onRefused told of each refused shard at once
 */
export async function runCycle(
  context: CycleContext,
  held: readonly Lease[],
  onRefused: (refused: ShardRefusedError) => void,
): Promise<void> {
  const { discovery, metrics } = context;
  const startMs = steadyClock.now();
  const symbols = await discovery.list();
  const gone = discovery.takeGone();
  const listingMs = steadyClock.now() - startMs;
  const cycle = { book: context.policies.current(), startMs, listingMs, tsEpochSec: Math.floor(context.nowSec()) };
  const streamMaxlen = Math.max(context.publish.streamMaxlen, 2 * symbols.length);
  const widened = { ...context, publish: { ...context.publish, streamMaxlen } };
  const byShard = groupByShard([...symbols, ...gone], held);

  const tallies: Tally[] = [];
  const refused: ShardRefusedError[] = [];
  let symbolCount = 0;
  for (const [lease, own] of byShard) {
    try {
      tallies.push(await runShard(widened, lease, own, cycle));
      symbolCount += own.length;
    } catch (error) {
      if (!(error instanceof ShardRefusedError)) throw error;
      refused.push(error);
      onRefused(error);
    }
  }
  // They count with shard 0 alone: every process meets them.
  if (held.every(({ shard }) => shard !== 0)) discovery.takeBadNames();
  metrics.budgetScale.set(farthestFromOne(tallies.map(({ budgetScale = 1 }) => budgetScale)));
  const published = tallies.map((tally) => tally.published);
  keepInGauges(metrics, symbolCount, ([] as string[]).concat(...published));
  if (refused[0]) throw refused[0];
}

function groupByShard(symbols: readonly string[], held: readonly Lease[]): Map<Lease, string[]> {
  const groups = new Map(held.map((lease): [Lease, string[]] => [lease, []]));
  const byShard = new Map(held.map((lease) => [lease.shard, groups.get(lease)]));
  const shards = held[0]?.shards ?? 1;
  for (const symbol of symbols) byShard.get(shards === 1 ? 0 : shardOfSymbol(symbol, shards))?.push(symbol);
  return groups;
}

async function runShard(context: CycleContext, lease: Lease, symbols: readonly string[], cycle: Cycle): Promise<Tally> {
  const { redis, discovery, metrics, stopping } = context;
  const { startMs, listingMs, tsEpochSec } = cycle;
  const tally: Tally = {
    proposed: zeros(EFFICIENCY_REASONS),
    skipped: zeros(SKIP_REASONS),
    published: [],
    refused: [],
  };
  let published = Promise.resolve();
  try {
    for await (const decided of decidedBatches(context, lease, symbols, cycle, tally)) {
      await published; // one batch at a time: the stream has the symbols in their order
      stopping.throwIfAborted();
      published = publishBatch(decided, tsEpochSec, lease, context, tally);
      published.catch(() => undefined); // its turn comes: with the next batch, or at the end
    }
  } finally {
    await published;
  }
  stopping.throwIfAborted();
  if (lease.shard === 0) skip(context, tally, 'bad_name', discovery.takeBadNames());

  const durationSec = (steadyClock.now() - startMs) / 1000;
  const { proposed, skipped } = tally;
  const summary = { tsEpochSec, symbols: symbols.length, proposed, skipped, durationSec };
  tally.refused.push(...(await publishLastCycle(redis, lease, summary, context.publish)));
  metrics.loopErrors.inc(tally.refused.length);
  log(context.logger, lease, summary, listingMs, tally);
  context.refusedWrites.cycleEnded(lease.shard, tally.refused);
  return tally;
}

/** A shard's batches as they are to be published: each as soon as it is read, or under a budget when all are. */
function decidedBatches(
  context: CycleContext,
  lease: Lease,
  symbols: readonly string[],
  cycle: Cycle,
  tally: Tally,
): AsyncIterable<Decided> {
  const { redis, budget: mode, invalidReadings } = context;
  const { book } = cycle;
  const withSmoothing = book.all().some(({ parameters }) => parameters.smoothingHalflifeSec > 0);
  const options = { batchSymbols: BATCH_SYMBOLS, batchesAhead: BATCHES_AHEAD, withSmoothing };
  const decided = decideBatches(readBatches(redis, symbols, options), cycle, invalidReadings);
  if (mode === 'off') return decided;
  const onKept = keepLease(context, lease, cycle);
  const onBudget = (budget: Budget): void => {
    tally.budgetScale = budget.scale;
    tellBudget(context, lease, budget);
  };
  return withinBudget(decided, { mode, book, onKept, onBudget });
}

async function* decideBatches(
  batches: AsyncIterable<readonly SymbolReading[]>,
  { book, tsEpochSec }: Cycle,
  invalidReadings: InvalidReadings,
): AsyncGenerator<Decided> {
  for await (const readings of batches) {
    const decided: Decided = { proposals: [], skips: [] };
    for (const reading of readings) {
      const { symbol } = reading;
      const decision = decide(reading, tsEpochSec, book.of(symbol));
      noteInvalid(reading, decision, invalidReadings);
      const { proposal, skip } = decision;
      if (proposal) decided.proposals.push(proposal);
      else decided.skips.push({ symbol, skip });
    }
    yield decided;
  }
}

/** What is done after each batch that is kept back: publishing would renew the lease, and heed the end. */
function keepLease({ redis, publish, stopping, onProgress }: CycleContext, lease: Lease, { tsEpochSec }: Cycle) {
  let renewedMs = -Infinity; // the claim was before the listing and the shards before this one
  return async (): Promise<void> => {
    stopping.throwIfAborted();
    onProgress();
    if (steadyClock.now() - renewedMs < lease.leaseMs / RENEWALS_PER_LEASE) return;
    await publishProposals(redis, lease, tsEpochSec, NOTHING, publish);
    renewedMs = steadyClock.now();
  };
}

/** Counts a budget that is not met, and logs when that begins and ends. */
function tellBudget({ metrics, logger, unmetShards }: CycleContext, { shard }: Lease, { scale, met }: Budget): void {
  if (!met) metrics.budgetUnmet.inc();
  if (met !== unmetShards.has(shard)) return;
  if (met) unmetShards.delete(shard);
  else unmetShards.add(shard);
  if (met) logger.info({ shard, scale }, 'the budget is met again');
  else logger.warn({ shard, scale }, 'the budget is not met: the bounds of the multipliers do not allow it');
}

/** Publishes a batch, and counts it when it stands in the stream: counters and stream agree, also about half a cycle. */
async function publishBatch(
  { proposals, skips }: Decided,
  tsEpochSec: number,
  lease: Lease,
  context: CycleContext,
  tally: Tally,
): Promise<void> {
  const { redis, metrics, logger, onProgress } = context;
  if (logger.isLevelEnabled('debug')) {
    for (const decision of [...proposals, ...skips]) logger.debug(decision, 'decision');
  }
  const publication = { proposals, withdrawn: skips.map(({ symbol }) => symbol) };
  tally.refused.push(...(await publishProposals(redis, lease, tsEpochSec, publication, context.publish)));
  for (const [reason, count] of countOf(proposals.map(({ reason }) => reason))) {
    tally.proposed[reason] += count;
    metrics.proposed.inc({ reason }, count);
  }
  for (const [reason, count] of countOf(skips.map(({ skip }) => skip))) skip(context, tally, reason, count);
  for (const { symbol, multiplier, effScore, effConfidence } of proposals) {
    tally.published.push(symbol);
    metrics.bySymbol.set(symbol, { multiplier, effScore, effConfidence });
  }
  onProgress();
}

function countOf<T>(items: readonly T[]): Map<T, number> {
  const counts = new Map<T, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}

function skip({ metrics }: CycleContext, tally: Tally, reason: SkipReason, count: number): void {
  tally.skipped[reason] += count;
  metrics.skipped.inc({ reason }, count);
}

/** Series of symbols that got no proposal are removed, whatever the cause: their last multiplier is history. */
export function keepInGauges(metrics: ProposerMetrics, symbols: number, published: readonly string[]): void {
  metrics.symbols.set(symbols);
  metrics.bySymbol.retain(published);
}

function log(
  logger: Logger,
  { shard, shards }: Lease,
  cycle: CycleSummary,
  listingMs: number,
  { budgetScale }: Tally,
): void {
  const { tsEpochSec, symbols, proposed, skipped, durationSec } = cycle;
  const durationMs = Math.round(durationSec * 1000);
  const facts = { tsEpochSec, symbols, proposed, skipped, durationMs, listingMs: Math.round(listingMs), budgetScale };
  logger.info({ ...(shards > 1 && { shard }), ...facts }, 'cycle');
}
