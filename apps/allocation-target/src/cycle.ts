import type { ProposerMetrics } from '@quantum/metrics';
import type { Redis } from '@quantum/redis-io';
import {
  EFFICIENCY_REASONS,
  shardOfSymbol,
  SKIP_REASONS,
  type CycleSummary,
  type EfficiencyReason,
  type ProposalRecord,
  type SkipReason,
} from '@quantum/redis-schemas';
import { steadyClock, type Logger } from '@quantum/service-kit';
import { decide, type Policy } from './decide.js';
import type { Discovery } from './discovery.js';
import { ShardRefusedError, type Lease } from './leases.js';
import { publishLastCycle, publishProposals, type PublishOptions, type RefusedWrite } from './publish.js';
import { readSymbols } from './read.js';

/**
 * Symbols that go to Redis in one batch. Cycles of 10,000 symbols took 0.43 to 0.51 s in batches of 100, 0.5 to 0.7 s in
 * batches of 250 to 10,000 (means of seven cycles; service and server on the same two cores, other work beside them).
 */
const CHUNK_SYMBOLS = 100;
const REFUSALS_SHOWN = 5;

export interface CycleContext {
  redis: Redis;
  discovery: Discovery;
  policy: Policy;
  publish: PublishOptions;
  metrics: ProposerMetrics;
  logger: Logger;
  /** Wall clock, unix seconds. */
  nowSec: () => number;
  /** Ends the cycle after the batch in hand. */
  stopping: AbortSignal;
  /** Told after each batch. */
  onProgress: () => void;
}

/** What a cycle has done so far. */
interface Tally {
  proposed: Record<EfficiencyReason, number>;
  skipped: Record<SkipReason, number>;
  proposals: ProposalRecord[];
  refused: RefusedWrite[];
}

const zeros = <K extends string>(keys: readonly K[]): Record<K, number> =>
  Object.fromEntries(keys.map((key) => [key, 0])) as Record<K, number>;

/** What the shards of one cycle have in common. */
interface CycleTime {
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
  const listingMs = steadyClock.now() - startMs;
  const time = { startMs, listingMs, tsEpochSec: Math.floor(context.nowSec()) };
  const streamMaxlen = Math.max(context.publish.streamMaxlen, 2 * symbols.length);
  const widened = { ...context, publish: { ...context.publish, streamMaxlen } };
  const byShard = groupByShard(symbols, held);

  const proposals: ProposalRecord[] = [];
  const refused: ShardRefusedError[] = [];
  let symbolCount = 0;
  for (const [lease, own] of byShard) {
    try {
      proposals.push(...(await runShard(widened, lease, own, time)));
      symbolCount += own.length;
    } catch (error) {
      if (!(error instanceof ShardRefusedError)) throw error;
      refused.push(error);
      onRefused(error);
    }
  }
  // They count with shard 0 alone: every process meets them.
  if (held.every(({ shard }) => shard !== 0)) discovery.takeBadNames();
  showInGauges(metrics, symbolCount, proposals);
  if (refused[0]) throw refused[0];
}

function groupByShard(symbols: readonly string[], held: readonly Lease[]): Map<Lease, string[]> {
  const groups = new Map(held.map((lease): [Lease, string[]] => [lease, []]));
  const byShard = new Map(held.map((lease) => [lease.shard, groups.get(lease)]));
  const shards = held[0]?.shards ?? 1;
  for (const symbol of symbols) byShard.get(shards === 1 ? 0 : shardOfSymbol(symbol, shards))?.push(symbol);
  return groups;
}

async function runShard(
  context: CycleContext,
  lease: Lease,
  symbols: readonly string[],
  { startMs, listingMs, tsEpochSec }: CycleTime,
): Promise<ProposalRecord[]> {
  const { redis, discovery, metrics, stopping, onProgress } = context;
  const tally: Tally = {
    proposed: zeros(EFFICIENCY_REASONS),
    skipped: zeros(SKIP_REASONS),
    proposals: [],
    refused: [],
  };
  for (let i = 0; i < symbols.length; i += CHUNK_SYMBOLS) {
    stopping.throwIfAborted();
    await proposeChunk(symbols.slice(i, i + CHUNK_SYMBOLS), tsEpochSec, lease, context, tally);
    onProgress();
  }
  stopping.throwIfAborted();
  if (lease.shard === 0) skip(context, tally, 'bad_name', discovery.takeBadNames());

  const durationSec = (steadyClock.now() - startMs) / 1000;
  const { proposed, skipped } = tally;
  const summary = { tsEpochSec, symbols: symbols.length, proposed, skipped, durationSec };
  tally.refused.push(...(await publishLastCycle(redis, lease, summary, context.publish)));
  metrics.loopErrors.inc(tally.refused.length);
  log(context.logger, lease, summary, listingMs, tally.refused);
  return tally.proposals;
}

async function proposeChunk(
  symbols: readonly string[],
  tsEpochSec: number,
  lease: Lease,
  context: CycleContext,
  tally: Tally,
): Promise<void> {
  const { redis, policy, metrics, logger } = context;
  const proposals: ProposalRecord[] = [];
  for (const reading of await readSymbols(redis, symbols)) {
    const decision = decide(reading, tsEpochSec, policy);
    if (decision.proposal) proposals.push(decision.proposal);
    else skip(context, tally, decision.skip, 1);
    if (logger.isLevelEnabled('debug')) {
      logger.debug({ symbol: reading.symbol, ...(decision.proposal ?? decision) }, 'decision');
    }
  }
  tally.refused.push(...(await publishProposals(redis, lease, tsEpochSec, proposals, context.publish)));
  // Counted when they stand in the stream: the counter and the stream agree, also about half a cycle.
  for (const { reason } of proposals) {
    tally.proposed[reason] += 1;
    metrics.proposed.inc({ reason });
  }
  tally.proposals.push(...proposals);
}

function skip({ metrics }: CycleContext, tally: Tally, reason: SkipReason, count: number): void {
  tally.skipped[reason] += count;
  metrics.skipped.inc({ reason }, count);
}

/** Series of symbols that got no proposal are removed, whatever the cause: their last multiplier is history. */
export function showInGauges(metrics: ProposerMetrics, symbols: number, proposals: readonly ProposalRecord[]): void {
  metrics.symbols.set(symbols);
  metrics.bySymbol.retain(new Set(proposals.map(({ symbol }) => symbol)));
  for (const { symbol, multiplier, effScore, effConfidence } of proposals) {
    metrics.bySymbol.set(symbol, { multiplier, effScore, effConfidence });
  }
}

function log(
  logger: Logger,
  { shard, shards }: Lease,
  cycle: CycleSummary,
  listingMs: number,
  refused: readonly RefusedWrite[],
): void {
  const { tsEpochSec, symbols, proposed, skipped, durationSec } = cycle;
  const durationMs = Math.round(durationSec * 1000);
  const facts = { tsEpochSec, symbols, proposed, skipped, durationMs, listingMs: Math.round(listingMs) };
  logger.info({ ...(shards > 1 && { shard }), ...facts }, 'cycle');
  if (refused.length === 0) return;
  logger.warn({ count: refused.length, first: refused.slice(0, REFUSALS_SHOWN) }, 'Redis refused writes');
}
