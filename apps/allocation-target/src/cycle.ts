import type { ProposerMetrics } from '@quantum/metrics';
import type { Redis } from '@quantum/redis-io';
import {
  EFFICIENCY_REASONS,
  SKIP_REASONS,
  type CycleSummary,
  type EfficiencyReason,
  type ProposalRecord,
  type SkipReason,
} from '@quantum/redis-schemas';
import { steadyClock, type Logger } from '@quantum/service-kit';
import { decide, type Policy } from './decide.js';
import type { Discovery } from './discovery.js';
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

/**
 * One cycle: lists the symbols, then reads, decides and publishes them batch by batch, and at last records that the cycle
 * was whole. @throws when Redis gives no verdict, and when told to stop: then the cycle is not a whole one.
 */
export async function runCycle(context: CycleContext): Promise<void> {
  const { discovery, metrics, stopping, onProgress } = context;
  const startMs = steadyClock.now();
  const symbols = await discovery.list();
  const listingMs = steadyClock.now() - startMs;
  const tsEpochSec = Math.floor(context.nowSec());
  const tally: Tally = {
    proposed: zeros(EFFICIENCY_REASONS),
    skipped: zeros(SKIP_REASONS),
    proposals: [],
    refused: [],
  };
  const streamMaxlen = Math.max(context.publish.streamMaxlen, 2 * symbols.length);
  const widened = { ...context, publish: { ...context.publish, streamMaxlen } };

  for (let i = 0; i < symbols.length; i += CHUNK_SYMBOLS) {
    stopping.throwIfAborted();
    await proposeChunk(symbols.slice(i, i + CHUNK_SYMBOLS), tsEpochSec, widened, tally);
    onProgress();
  }
  stopping.throwIfAborted();
  skip(context, tally, 'bad_name', discovery.takeBadNames());

  const durationSec = (steadyClock.now() - startMs) / 1000;
  const { proposed, skipped } = tally;
  const summary = { tsEpochSec, symbols: symbols.length, proposed, skipped, durationSec };
  tally.refused.push(...(await publishLastCycle(context.redis, summary)));
  metrics.loopErrors.inc(tally.refused.length);
  showInGauges(metrics, symbols.length, tally.proposals);
  log(context.logger, summary, listingMs, tally.refused);
}

async function proposeChunk(
  symbols: readonly string[],
  tsEpochSec: number,
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
  tally.refused.push(...(await publishProposals(redis, proposals, context.publish)));
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
function showInGauges(metrics: ProposerMetrics, symbols: number, proposals: readonly ProposalRecord[]): void {
  metrics.symbols.set(symbols);
  metrics.bySymbol.retain(new Set(proposals.map(({ symbol }) => symbol)));
  for (const { symbol, multiplier, effScore, effConfidence } of proposals) {
    metrics.bySymbol.set(symbol, { multiplier, effScore, effConfidence });
  }
}

function log(logger: Logger, cycle: CycleSummary, listingMs: number, refused: readonly RefusedWrite[]): void {
  const { tsEpochSec, symbols, proposed, skipped, durationSec } = cycle;
  const durationMs = Math.round(durationSec * 1000);
  logger.info({ tsEpochSec, symbols, proposed, skipped, durationMs, listingMs: Math.round(listingMs) }, 'cycle');
  if (refused.length === 0) return;
  logger.warn({ count: refused.length, first: refused.slice(0, REFUSALS_SHOWN) }, 'Redis refused writes');
}
