import type { AnnotateResult, AnnotatorMetrics } from '@quantum/metrics';
import { LoopTelemetry } from '@quantum/plan-loop';
import type { Logger } from '@quantum/service-kit';
import type { WaitingPlan } from './waiting-plans.js';

/** A symbol is gone when no permit of it was annotated for so long, ms. */
const GONE_AFTER_MS = 3_600_000;

/** Counts and logs what the annotator does. */
export class AnnotateTelemetry extends LoopTelemetry {
  readonly #metrics: AnnotatorMetrics;
  readonly #logger: Logger;
  /** Symbols that have series, with the time of their last annotation. */
  readonly #lastAnnotatedMs = new Map<string, number>();
  /** Since the last summary. */
  #results: Partial<Record<AnnotateResult, number>> = {};

  constructor(metrics: AnnotatorMetrics, logger: Logger) {
    super(metrics, logger);
    this.#metrics = metrics;
    this.#logger = logger;
  }

  /** A plan is done with. */
  settled({ plan, hint, appearedMs, lastAbsentMs }: WaitingPlan, result: AnnotateResult, nowMs: number): void {
    this.#metrics.annotate.inc({ result });
    this.#results[result] = (this.#results[result] ?? 0) + 1;
    if (result === 'annotated') {
      this.#metrics.annotateLatencySec.observe((nowMs - (appearedMs ?? lastAbsentMs)) / 1000);
      const { eff_action: action, eff_reason: reason, eff_factor: factor } = hint.fields;
      if (action && reason) this.#metrics.effApply.inc({ action, reason });
      this.#metrics.bySymbol.set(plan.symbol, { effFactor: Number(factor) });
      this.#lastAnnotatedMs.set(plan.symbol, nowMs);
    }
    this.#logger.debug({ planId: plan.planId, symbol: plan.symbol, result }, 'settled');
  }

  /** Whether permits are noticed by notifications of the server, or by asking for them. */
  watching(channel: string | undefined): void {
    if (channel === undefined)
      this.#logger.info('asking for permits: the server announces none, or does not let this user see it');
    else this.#logger.info({ channel }, 'the server announces permits');
  }

  /** Removes the series of symbols that are gone. */
  prune(nowMs: number): void {
    for (const [symbol, lastMs] of this.#lastAnnotatedMs) {
      if (nowMs - lastMs <= GONE_AFTER_MS) continue;
      this.#lastAnnotatedMs.delete(symbol);
      this.#metrics.bySymbol.delete(symbol);
    }
  }

  override summarise(): void {
    super.summarise();
    if (Object.keys(this.#results).length > 0) this.#logger.info(this.#results, 'permits annotated');
    this.#results = {};
  }
}
