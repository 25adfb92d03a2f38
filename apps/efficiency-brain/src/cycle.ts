import type { Clock } from '@quantum/clock';
import { forEachShard } from '@quantum/cycle-loop';
import type { ScoreMode } from '@quantum/decisions';
import { periodStartSec, type ScoreRules, type SymbolState } from '@quantum/efficiency-score';
import type { BrainMetrics } from '@quantum/metrics';
import type { Lease, Redis, ShardRefusedError } from '@quantum/redis-io';
import type { Logger } from '@quantum/service-kit';
import { scoreBatch } from './batch.js';
import type { Discovery } from './discovery.js';
import type { Executions } from './executions.js';
import { readUntilNow } from './execution-reads.js';
import { isEndedProof, isPositionBrainAlive } from './proof-symbols.js';
import { MIN_STREAM_LENGTH, publishScores, type PublishOptions, type ScoreToPublish } from './publish.js';
import { readBatches } from './read.js';
import type { States } from './states.js';
import { emptyTally, showTally, tallyFailure, tallyPublished, type Tally } from './tally.js';

/** Symbols that are read and published by one script each, which holds Redis for about a millisecond. */
const BATCHES = { batchSymbols: 50, batchesAhead: 2 };

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
  /** How long a cycle reads executions at most, ms. */
  maxReadMs: number;
  publish: Omit<PublishOptions, 'streamMaxlen' | 'rules' | 'withHashes'>;
  /** Least confidence that proposer and governor act on. */
  minConfidence: number;
  metrics: BrainMetrics;
  logger: Logger;
  /** Whether to log what was not written: at most once a minute. */
  isFailureDue: () => boolean;
  stopping: AbortSignal;
  /** Called after each batch. */
  onProgress: () => void;
}

/** What all symbols of a cycle have in common. */
export interface CycleTerms {
  nowSec: number;
  /** The period that is open. */
  openPeriod: number;
  /** Its executions are known, so the period before it is due to be closed. */
  isDue: boolean;
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
  const { clock, discovery, redis, rules, states } = context;
  const startMs = clock.steadyMs();
  const symbols = await discovery.list();
  const now = await readUntilNow(context, held);
  states.retain((symbol) => discovery.has(symbol));
  const isAlive = await isPositionBrainAlive(redis, symbols, now.nowSec, rules);
  const terms: CycleTerms = { ...now, isPositionBrainAlive: isAlive };

  const tally = emptyTally();
  const streamMaxlen = Math.max(MIN_STREAM_LENGTH, 2 * symbols.length);
  const run = (lease: Lease, own: readonly string[]): Promise<void> =>
    runShard(context, lease, own, terms, streamMaxlen, tally);
  const refused = await forEachShard(held, symbols, run, onRefused);
  showTally(tally, context, { startMs, closedPeriod: now.openPeriod - 1 });
  if (refused) throw refused;
}

/** Publishes a batch while the next is scored, and others are read. A shard without symbols renews its lease, too. */
async function runShard(
  context: CycleContext,
  lease: Lease,
  symbols: readonly string[],
  terms: CycleTerms,
  streamMaxlen: number,
  tally: Tally,
): Promise<void> {
  const { metrics, redis, states, publish, rules, mode, stopping, onProgress } = context;
  const options = { ...publish, rules, streamMaxlen, withHashes: mode === 'enforce' };
  const ofStates = {
    known: (symbol: string): SymbolState | undefined => states.get(symbol),
    onStateDown: (symbol: string, { message }: Error): void => {
      tallyFailure({ symbol, reason: 'slot_down', message }, tally, metrics);
    },
  };
  let inFlight: Promise<void> = Promise.resolve();
  try {
    for await (const reads of readBatches(redis, symbols, { ...BATCHES, ...ofStates })) {
      stopping.throwIfAborted();
      const before = inFlight;
      const due = reads.filter((read) => !isEndedProof(read));
      inFlight = publishBatch(context, lease, scoreBatch(context, due, terms), terms, options, tally);
      inFlight.catch(() => undefined); // awaited in its turn
      await before;
      onProgress();
    }
  } finally {
    await inFlight;
  }
}

async function publishBatch(
  context: CycleContext,
  lease: Lease,
  scores: readonly ScoreToPublish[],
  terms: CycleTerms,
  options: PublishOptions,
  tally: Tally,
): Promise<void> {
  const { redis, states } = context;
  // Until Redis has answered, what it holds is not known.
  for (const { published } of scores) states.drop(published.decision.symbol);
  const failures = await publishScores(redis, lease, terms.nowSec, scores, options);
  const failed = new Map(failures.map((failure) => [failure.symbol, failure]));
  for (const { published } of scores) {
    const { symbol, after } = published.decision;
    const failure = failed.get(symbol);
    if (failure) tallyFailure(failure, tally, context.metrics);
    if (failure && failure.reason !== 'hash') continue;
    if (after) states.written(symbol, after);
    tallyPublished(published, failure === undefined, tally, context);
  }
}

/** Start of the oldest period that a cycle at this time may still close, unix seconds. */
export const oldestFlowSec = (openPeriod: number, { parameters }: ScoreRules): number =>
  periodStartSec(openPeriod - 1, parameters.periodSec);
