import type { Clock } from '@quantum/clock';
import { isUncounted, odditiesOf } from '@quantum/decisions';
import type { DeadletterReason, GovernorErrorKind, GovernorMetrics } from '@quantum/metrics';
import { LoopTelemetry } from '@quantum/plan-loop';
import { entryIdMs, type ApplyMode, type DecisionRecord } from '@quantum/redis-schemas';
import { atMostOnceAMinute, type Logger } from '@quantum/service-kit';
import { BatchCounts } from './batch-counts.js';
import { DeadLetterLog } from './dead-letter-log.js';
import { SymbolSeries } from './symbol-series.js';

/** Counts and logs what the governor does. It decides nothing. */
export class GovernorTelemetry extends LoopTelemetry {
  readonly #metrics: GovernorMetrics;
  readonly #logger: Logger;
  readonly #applyMode: ApplyMode;
  readonly #clock: Pick<Clock, 'wallSec'>;
  /** Since the last summary. */
  #counts = { permits: 0, downsized: 0, refused: 0, duplicates: 0, deadLetters: 0 };
  readonly #batch: BatchCounts;
  readonly #series: SymbolSeries;
  readonly #deadLetters = new DeadLetterLog();
  /** The first write since the last warning that Redis refused for good. */
  #refusedEffect: Error | undefined;
  readonly #isRefusedEffectDue = atMostOnceAMinute();

  /** `series`: shared by the members of a process. */
  constructor(
    metrics: GovernorMetrics,
    logger: Logger,
    applyMode: ApplyMode,
    clock: Pick<Clock, 'wallSec'>,
    series = new SymbolSeries(metrics.bySymbol),
  ) {
    super(metrics, logger);
    this.#metrics = metrics;
    this.#logger = logger;
    this.#applyMode = applyMode;
    this.#clock = clock;
    this.#batch = new BatchCounts(metrics);
    this.#series = series;
  }

  /** A decision that this process made, in `spentMs`, and that is recorded. */
  decided(record: DecisionRecord, spentMs: number): void {
    this.#metrics.decisionDurationSec.observe(spentMs / 1000);
    const { symbol, permit, reason } = record;
    const odd = odditiesOf(record.inputs);
    this.#series.decided(record);
    this.#batch.gates(record.gates);
    // An id may be ahead of our clock; a sum that falls would look like a restart.
    this.#metrics.planLatencySec.observe(Math.max(0, 1000 * this.#clock.wallSec() - entryIdMs(record.entry_id)) / 1000);
    if (permit) {
      this.#counts.permits++;
      if (permit.eff_action === 'DOWNSIZE') this.#counts.downsized++;
      this.#metrics.allow.inc({ symbol });
      this.#batch.hint(permit.eff_action, permit.eff_reason);
      this.#metrics.bySymbol.set(symbol, { effFactor: Number(permit.eff_factor) });
      if (isUncounted(record.inputs)) this.error('uncounted');
      if (odd.isNotionalUnknown && this.#applyMode !== 'production') this.error('notional_unknown');
    } else if (record.block) {
      this.#counts.refused++;
      this.#metrics.block.inc({ symbol, reason: record.block.reason });
    }
    if (odd.isKillScoreMissing) this.#metrics.killScoreMissing.inc();
    if (odd.hasUnreadableFields) this.error('unreadable_field');
    if (odd.isIdAhead) this.error('id_ahead');
    this.#series.decidedExecutions(record);
    this.#logger.debug(
      { planId: record.plan_id, symbol, outcome: record.outcome, reason, block: record.block },
      'decided',
    );
  }

  /** A batch has ended: brings the counts of gates and hints up to date. */
  batchEnded(): void {
    this.#batch.flush();
  }

  /** A delivery of a plan that was decided already. */
  duplicate(): void {
    this.#counts.duplicates++;
    this.#metrics.duplicates.inc();
  }

  /**
   * An entry is on the dead-letter stream. Logged with the next summary, a line a reason: garbage may come by
   * thousands.
   */
  deadLetter(reason: DeadletterReason, entryId: string, error: string): void {
    this.#counts.deadLetters++;
    this.#metrics.deadletter.inc({ reason });
    this.#deadLetters.add(reason, entryId, error);
  }

  /** Plans that no governor was given, as far as they said. */
  possiblyLost(count: number): void {
    this.#metrics.plansPossiblyLost.inc(count);
    this.#logger.warn({ count }, 'plans are possibly lost: no governor was given them, or one ended before it said so');
  }

  disarmed(): void {
    this.#metrics.disarm.inc({ reason: 'burst_rate' });
    this.#logger.warn('disarmed: opening plans are refused until the latch is cleared');
  }

  override error(kind: GovernorErrorKind, error?: Error): void {
    if (kind === 'effect_refused') this.#refusedEffect ??= error;
    super.error(kind, error);
  }

  /** Symbols that have series of their own. */
  get shownSymbols(): string[] {
    return this.#series.shown;
  }

  /** Forgets symbols without series when no plan has named them for an hour. */
  forgetUnshown(nowSec: number): void {
    this.#series.forgetUnshown(nowSec);
  }

  /** Current executions of a symbol. */
  executions(symbol: string, hourCount: number, burstCount: number, nowSec: number): void {
    this.#series.executions(symbol, hourCount, burstCount, nowSec);
  }

  /** The line of every summary, and a warning for each reason of dead letters. */
  override summarise(): void {
    this.#deadLetters.write(this.#logger);
    if (this.#refusedEffect && this.#isRefusedEffectDue()) {
      this.#logger.warn(
        { err: this.#refusedEffect },
        'Redis refused a write that follows from a decision; it was left out',
      );
      this.#refusedEffect = undefined;
    }
    super.summarise(this.#counts);
    this.#counts = { permits: 0, downsized: 0, refused: 0, duplicates: 0, deadLetters: 0 };
  }
}
