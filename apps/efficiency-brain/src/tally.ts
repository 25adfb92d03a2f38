import type { PublishedScore } from '@quantum/decisions';
import type { BrainMetrics } from '@quantum/metrics';
import type { CycleContext } from './cycle.js';
import type { PublishFailure } from './publish.js';

/** Failures of one cycle that a log line shows. */
const SHOWN = 5;

/** What a cycle has done. */
export interface Tally {
  published: string[];
  confident: number;
  fresh: number;
  closed: number;
  measured: number;
  failures: PublishFailure[];
}

export const emptyTally = (): Tally => ({
  published: [],
  confident: 0,
  fresh: 0,
  closed: 0,
  measured: 0,
  failures: [],
});

export function tallyFailure(failure: PublishFailure, tally: Tally, metrics: BrainMetrics): void {
  tally.failures.push(failure);
  if (failure.reason === 'hash') metrics.loopErrors.inc();
  else metrics.periodsRefused.inc({ reason: failure.reason });
}

/** Counts a symbol once its entry is in the stream. */
export function tallyPublished(
  { decision, mode, missing, stale }: PublishedScore,
  isHashWritten: boolean,
  tally: Tally,
  { metrics, minConfidence }: Pick<CycleContext, 'metrics' | 'minConfidence'>,
): void {
  const { symbol, score, closed } = decision;
  tally.published.push(symbol);
  if (score.confidence >= minConfidence) tally.confident += 1;
  if ([...missing, ...stale].every((input) => input === 'P30')) tally.fresh += 1;
  metrics.bySymbol.set(symbol, { score: score.score, confidence: score.confidence });
  metrics.count(symbol, { missing, stale, written: mode === 'enforce' && isHashWritten ? 1 : 0 });
  if (!closed) return;
  tally.closed += 1;
  if (closed.result === 'measured') tally.measured += 1;
  metrics.periods.inc({ result: closed.result });
  if (closed.skipped > 0) metrics.periodsSkipped.inc(closed.skipped);
}

/** Shows a whole cycle in gauges and the log. What a master refuses may last for hours. */
export function showTally(
  { published, confident, fresh, closed, measured, failures }: Tally,
  { metrics, logger, isFailureDue, clock }: Pick<CycleContext, 'metrics' | 'logger' | 'isFailureDue' | 'clock'>,
  cycle: { startMs: number; closedPeriod: number },
): void {
  metrics.symbols.set(published.length);
  metrics.confidentSymbols.set(confident);
  metrics.freshSymbols.set(fresh);
  metrics.bySymbol.retain(published);
  if (failures.length > 0 && isFailureDue()) {
    logger.warn({ count: failures.length, first: failures.slice(0, SHOWN) }, 'scores or hashes were not written');
  }
  const durationMs = Math.round(clock.steadyMs() - cycle.startMs);
  const facts = { symbols: published.length, confident, closed, measured, durationMs };
  if (closed > 0) logger.info({ ...facts, period: cycle.closedPeriod }, 'period');
  else logger.debug(facts, 'cycle');
}
