import type { GovernorErrorKind, GovernorMetrics } from '@quantum/metrics';
import { errorKind, isDenied, SlotDownError, type StreamGap } from '@quantum/redis-io';
import type { SkippedDecision } from '@quantum/redis-schemas';
import { atMostOnceAMinute, type Logger } from '@quantum/service-kit';

/** Errors that the log reports as "cannot serve plans" already. */
const LOGGED_AS_TROUBLE: ReadonlySet<GovernorErrorKind> = new Set(['redis', 'unanswered']);

/** Counts and logs what happens to entries of the plan stream, for every app that serves them. */
export class LoopTelemetry {
  readonly #metrics: Pick<GovernorMetrics, 'errors' | 'plansLost' | 'plansSkipped'>;
  readonly #logger: Logger;
  /** Since the last summary. */
  #skipped = 0;
  #errors = 0;
  #unanswered: Error | undefined;
  /** Errors happened since the last summary that nothing else logs. */
  #hasUnloggedErrors = false;
  readonly #areErrorsDue = atMostOnceAMinute();

  constructor(metrics: Pick<GovernorMetrics, 'errors' | 'plansLost' | 'plansSkipped'>, logger: Logger) {
    this.#metrics = metrics;
    this.#logger = logger;
  }

  /** An entry whose decision is not EXECUTE. */
  notExecute(decision: SkippedDecision): void {
    this.#skipped++;
    this.#metrics.plansSkipped.inc({ decision });
  }

  /** Plans that are gone from the stream before they were acknowledged. */
  lost(gap: StreamGap): void {
    this.#metrics.plansLost.inc(gap.count);
    this.#logger.error(gap, 'plans were lost: trimmed or deleted before they were done with');
  }

  /** Consumers that seem to have left were removed from the group. */
  removedConsumers(names: readonly string[]): void {
    if (names.length > 0)
      this.#logger.info({ names }, 'consumers that hold nothing and were not heard of were removed from the group');
  }

  /** A fault that is not a verdict. */
  error(kind: GovernorErrorKind, error?: Error): void {
    // One part of a Cluster that is down, or one key that Redis refuses, stops its own plans alone.
    const isOfKey = error !== undefined && errorKind(error) === 'key' && !isDenied(error);
    const isLocal = isOfKey || error instanceof SlotDownError;
    if (kind === 'unanswered' && !isLocal) this.#unanswered = error;
    this.#errors++;
    if (isLocal || !LOGGED_AS_TROUBLE.has(kind)) this.#hasUnloggedErrors = true;
    this.#metrics.errors.inc({ kind });
    this.#logger.debug({ kind, err: error }, 'error');
  }

  /** Why Redis, though it answered, gave no verdict on a plan since the last call: it is out of memory, say. */
  takeUnanswered(): Error | undefined {
    const error = this.#unanswered;
    this.#unanswered = undefined;
    return error;
  }

  /**
   * One info line with what happened since the last one, `counts` of the caller included. Nothing happened, no line;
   * errors alone are logged once a minute, and not at all where they are why no plan is served.
   */
  summarise(counts: Readonly<Record<string, number>> = {}): void {
    const served = { ...counts, skipped: this.#skipped };
    const servedAny = Object.values(served).some((count) => count > 0);
    if (!servedAny && !(this.#hasUnloggedErrors && this.#areErrorsDue())) return;
    this.#logger.info({ ...served, errors: this.#errors }, 'plans served');
    this.#hasUnloggedErrors = false;
    this.#skipped = 0;
    this.#errors = 0;
  }
}
