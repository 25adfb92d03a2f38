import type { Clock } from '@quantum/clock';
import { isFreshPosition, type ScoreMode } from '@quantum/decisions';
import { periodOf, periodStartSec, type ScoreRules } from '@quantum/efficiency-score';
import type { BrainMetrics } from '@quantum/metrics';
import { ShardRefusedError, type Lease, type Redis } from '@quantum/redis-io';
import { shardOfSymbol } from '@quantum/redis-schemas';
import type { Logger } from '@quantum/service-kit';
import { scoreBatch } from './batch.js';
import type { Discovery } from './discovery.js';
import type { Executions } from './executions.js';
import { publishScores, type PublishOptions } from './publish.js';
import { readSymbols, type SymbolRead } from './read.js';
import type { States } from './states.js';
import { emptyTally, showTally, tallyFailure, tallyPublished, type Tally } from './tally.js';

/** Symbols that are published by one script, which holds Redis for about a millisecond. */
const BATCH_SYMBOLS = 50;
/** Length of the decision stream at least, entries. */
const MIN_STREAM_LENGTH = 100_000;

/** What cycles work with. */
export interface CycleContext {
  redis: Redis;
  clock: Clock;
  discovery: Discovery;
  executions: Executions;
  states: States;
  rules: ScoreRules;
  /** Hash of the parameters. */
  policy: string;
  mode: ScoreMode;
  publish: Omit<PublishOptions, 'streamMaxlen' | 'rules' | 'withHashes'>;
  /** Least confidence that proposer and governor act on. */
  minConfidence: number;
  metrics: BrainMetrics;
  logger: Logger;
  stopping: AbortSignal;
  /** Called after each batch. */
  onProgress: () => void;
}

/** What all symbols of a cycle have in common. */
export interface CycleTerms {
  nowSec: number;
  /** The period that is open. */
  openPeriod: number;
  /** P3.3 has written a position lately. */
  isPositionBrainAlive: boolean;
}

/**
 * One cycle: reads executions, then the keys of the held shards' symbols, closes the period that is due, scores, and
 * publishes batch by batch.
 * @param onRefused called at once for each shard that Redis refuses; the other shards follow
 * @throws the first ShardRefusedError in the end; Redis's own error at once
 */
export async function runCycle(
  context: CycleContext,
  held: readonly Lease[],
  onRefused: (refused: ShardRefusedError) => void,
): Promise<void> {
  const { clock, discovery, executions, redis, rules, states } = context;
  const startMs = clock.steadyMs();
  const nowSec = clock.wallSec();
  const openPeriod = periodOf(nowSec, rules.parameters.periodSec);
  if (openPeriod === undefined) throw new Error(`our clock says ${nowSec}, which is no time`);
  const symbols = await discovery.list();
  await executions.read(openPeriod, nowSec, new Set(symbols));
  const byShard = groupByShard(symbols, held);
  const own = [...byShard.values()].flat();
  states.retain(isIn(own));
  const reads = await readSymbols(redis, own, (symbol) => !states.has(symbol));
  const isPositionBrainAlive = reads.some(({ reading }) => isFreshPosition(reading.position, nowSec, rules));
  const terms: CycleTerms = { nowSec, openPeriod, isPositionBrainAlive };

  const tally = emptyTally();
  const refused: ShardRefusedError[] = [];
  let from = 0;
  for (const [lease, { length }] of byShard) {
    try {
      await runShard(context, lease, reads.slice(from, from + length), terms, symbols.length, tally);
    } catch (error) {
      if (!(error instanceof ShardRefusedError)) throw error;
      refused.push(error);
      onRefused(error);
    }
    from += length;
  }
  showTally(tally, context, { symbols: own.length, startMs, closedPeriod: openPeriod - 1 });
  if (refused[0]) throw refused[0];
}

function isIn(symbols: readonly string[]): (symbol: string) => boolean {
  const set = new Set(symbols);
  return (symbol) => set.has(symbol);
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
  reads: readonly SymbolRead[],
  terms: CycleTerms,
  symbols: number,
  tally: Tally,
): Promise<void> {
  const { publish, rules, mode, stopping, onProgress } = context;
  const streamMaxlen = Math.max(MIN_STREAM_LENGTH, 2 * symbols);
  const options = { ...publish, rules, streamMaxlen, withHashes: mode === 'enforce' };
  // A shard without symbols renews its lease, too.
  for (let at = 0; at === 0 || at < reads.length; at += BATCH_SYMBOLS) {
    stopping.throwIfAborted();
    await publishBatch(context, lease, reads.slice(at, at + BATCH_SYMBOLS), terms, options, tally);
    onProgress();
  }
}

async function publishBatch(
  context: CycleContext,
  lease: Lease,
  reads: readonly SymbolRead[],
  terms: CycleTerms,
  options: PublishOptions,
  tally: Tally,
): Promise<void> {
  const { redis, states } = context;
  const scores = scoreBatch(context, reads, terms);
  // Until Redis has answered, what it holds is not known.
  for (const { reading } of reads) states.drop(reading.symbol);
  const failures = await publishScores(redis, lease, terms.nowSec, scores, options);
  const failed = new Map(failures.map((failure) => [failure.symbol, failure]));
  for (const { published, isReset } of scores) {
    const { symbol, after, closed } = published.decision;
    const failure = failed.get(symbol);
    if (failure) tallyFailure(failure, tally, context.metrics);
    if (failure && failure.reason !== 'hash') continue;
    states.written(symbol, after, isReset && closed === undefined);
    tallyPublished(published, failure === undefined, tally, context);
  }
}

/** Start of the oldest period that a cycle at this time may still close, unix seconds. */
export const oldestFlowSec = (openPeriod: number, { parameters }: ScoreRules): number =>
  periodStartSec(openPeriod - 1, parameters.periodSec);
