import { EFFICIENCY_REASONS } from '@quantum/efficiency-policy';
import { SKIP_REASONS, type ProposerMetrics, type SkipReason } from '@quantum/metrics';
import type { Lease } from '@quantum/redis-io';
import type { CycleSummary } from '@quantum/redis-schemas';
import type { Logger } from '@quantum/service-kit';
import type { Decided } from './budget.js';
import type { RefusedWrite } from './publish.js';

/** What a cycle has done so far with a shard. */
export interface Tally {
  proposed: Record<string, number>;
  skipped: Record<SkipReason, number>;
  /** Symbols with a proposal. */
  published: string[];
  refused: RefusedWrite[];
  /** What its budget scaled the shard by; undefined without a budget. */
  budgetScale?: number;
}

const zeros = <K extends string>(keys: readonly K[]): Record<K, number> =>
  Object.fromEntries(keys.map((key) => [key, 0])) as Record<K, number>;

export const emptyTally = (): Tally => ({
  proposed: zeros(EFFICIENCY_REASONS),
  skipped: zeros(SKIP_REASONS),
  published: [],
  refused: [],
});

/** Counts a batch when the stream has it: counters and stream agree, also about half a cycle. */
export function countPublished({ proposals, skips }: Decided, tally: Tally, metrics: ProposerMetrics): void {
  for (const [reason, count] of countOf(proposals.map(({ reason }) => reason))) {
    tally.proposed[reason] = (tally.proposed[reason] ?? 0) + count;
    metrics.proposed.inc({ reason }, count);
  }
  for (const [reason, count] of countOf(skips.map(({ skip }) => skip))) countSkipped(reason, count, tally, metrics);
  for (const { symbol, multiplier, effScore, effConfidence } of proposals) {
    tally.published.push(symbol);
    metrics.bySymbol.set(symbol, { multiplier, effScore, effConfidence });
  }
}

function countOf<T>(items: readonly T[]): Map<T, number> {
  const counts = new Map<T, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}

export function countSkipped(reason: SkipReason, count: number, tally: Tally, metrics: ProposerMetrics): void {
  tally.skipped[reason] += count;
  metrics.skipped.inc({ reason }, count);
}

/** Series of symbols that got no proposal are removed, whatever the cause: their last multiplier is history. */
export function keepInGauges(metrics: ProposerMetrics, symbols: number, published: readonly string[]): void {
  metrics.symbols.set(symbols);
  metrics.bySymbol.retain(published);
}

export function logCycle(
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
