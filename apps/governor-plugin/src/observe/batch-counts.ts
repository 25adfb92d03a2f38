import type { GovernorMetrics } from '@quantum/metrics';
import type { DecisionRecord, HintAction } from '@quantum/redis-schemas';

/**
 * Counts gates and hints for a batch, then adds them up: those of the gates alone, eleven a plan, cost 4 us one by one.
 */
export class BatchCounts {
  readonly #metrics: Pick<GovernorMetrics, 'gate' | 'effApply'>;
  /** Verdicts since the last batch. */
  #gates = new Map<DecisionRecord['gates'][number], number>();
  /** Permits since the last batch, by their hint's action and reason. */
  #hints = new Map<HintAction, Map<string, number>>();

  constructor(metrics: Pick<GovernorMetrics, 'gate' | 'effApply'>) {
    this.#metrics = metrics;
  }

  gates(results: DecisionRecord['gates']): void {
    for (const result of results) this.#gates.set(result, (this.#gates.get(result) ?? 0) + 1);
  }

  hint(action: HintAction, reason: string): void {
    let reasons = this.#hints.get(action);
    if (!reasons) this.#hints.set(action, (reasons = new Map<string, number>()));
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }

  /** Brings the metrics up to date. */
  flush(): void {
    for (const [{ gate, mode, refused }, count] of this.#gates) {
      if (mode !== 'off') this.#metrics.gate.inc({ gate, mode, verdict: refused ? 'refuse' : 'pass' }, count);
    }
    this.#gates = new Map(); // a map that is cleared keeps what it held until the next full garbage collection
    for (const [action, reasons] of this.#hints) {
      for (const [reason, count] of reasons) this.#metrics.effApply.inc({ action, reason }, count);
    }
    this.#hints = new Map();
  }
}
