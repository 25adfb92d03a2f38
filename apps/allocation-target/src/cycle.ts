import { forEachShard } from '@quantum/cycle-loop';
import type { ProposalParameters } from '@quantum/efficiency-policy';
import type { PolicySource } from '@quantum/policy';
import type { Lease, ShardRefusedError } from '@quantum/redis-io';
import { farthestFromOne, type Decided } from './budget.js';
import type { Discovery } from './discovery.js';
import { publishLastCycle, publishProposals } from './publish.js';
import type { RefusedWrites } from './refused-writes.js';
import { decidedBatches, type BatchContext, type CycleTerms } from './shard-batches.js';
import { countPublished, countSkipped, emptyTally, keepInGauges, logCycle, type Tally } from './tally.js';

export interface CycleContext extends BatchContext {
  discovery: Discovery;
  policies: Pick<PolicySource<ProposalParameters>, 'current'>;
  refusedWrites: RefusedWrites;
}

/** What the shards of one cycle have in common. */
interface Cycle extends CycleTerms {
  startMs: number;
  listingMs: number;
}

/**
 * One cycle over the shards that this process holds: lists the symbols, then reads, decides and publishes them shard by
 * shard and batch by batch, and records of each shard that its cycle was whole. @throws ShardRefusedError, after the
 * other shards, when Redis refuses one; at once when Redis gives no verdict, and when stopped. A shard that was not
 * finished has no whole cycle.
 * @param onRefused called for each refused shard at once
 */
export async function runCycle(
  context: CycleContext,
  held: readonly Lease[],
  onRefused: (refused: ShardRefusedError) => void,
): Promise<void> {
  const { clock, discovery, metrics } = context;
  const startMs = clock.steadyMs();
  const symbols = await discovery.list();
  const gone = discovery.takeGone();
  const listingMs = clock.steadyMs() - startMs;
  const cycle = { book: context.policies.current(), startMs, listingMs, tsEpochSec: Math.floor(clock.wallSec()) };
  const streamMaxlen = Math.max(context.publish.streamMaxlen, 2 * symbols.length);
  const widened = { ...context, publish: { ...context.publish, streamMaxlen } };
  const tallies: Tally[] = [];
  let symbolCount = 0;
  const run = async (lease: Lease, own: readonly string[]): Promise<void> => {
    tallies.push(await runShard(widened, lease, own, cycle));
    symbolCount += own.length;
  };
  const refused = await forEachShard(held, [...symbols, ...gone], run, onRefused);
  // They count with shard 0 alone: every process meets them.
  if (held.every(({ shard }) => shard !== 0)) discovery.takeBadNames();
  metrics.budgetScale.set(farthestFromOne(tallies.map(({ budgetScale = 1 }) => budgetScale)));
  const published = tallies.map((tally) => tally.published);
  keepInGauges(metrics, symbolCount, ([] as string[]).concat(...published));
  if (refused) throw refused;
}

async function runShard(context: CycleContext, lease: Lease, symbols: readonly string[], cycle: Cycle): Promise<Tally> {
  const { redis, clock, discovery, metrics, stopping } = context;
  const { startMs, listingMs, tsEpochSec } = cycle;
  const tally = emptyTally();
  const batches = decidedBatches(context, lease, symbols, cycle, ({ scale }) => {
    tally.budgetScale = scale;
  });
  let published = Promise.resolve();
  try {
    for await (const decided of batches) {
      await published; // one batch at a time: the stream has the symbols in their order
      stopping.throwIfAborted();
      published = publishBatch(decided, tsEpochSec, lease, context, tally);
      published.catch(() => undefined); // its turn comes: with the next batch, or at the end
    }
  } finally {
    await published;
  }
  stopping.throwIfAborted();
  if (lease.shard === 0) countSkipped('bad_name', discovery.takeBadNames(), tally, metrics);

  const durationSec = (clock.steadyMs() - startMs) / 1000;
  const { proposed, skipped } = tally;
  const summary = { tsEpochSec, symbols: symbols.length, proposed, skipped, durationSec };
  tally.refused.push(...(await publishLastCycle(redis, lease, summary, context.publish)));
  metrics.loopErrors.inc(tally.refused.length);
  logCycle(context.logger, lease, summary, listingMs, tally);
  context.refusedWrites.cycleEnded(lease.shard, tally.refused);
  return tally;
}

/** Publishes a batch, and counts it. */
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
  countPublished({ proposals, skips }, tally, metrics);
  onProgress();
}
