import { executionsOf } from '@quantum/decisions';
import type { GovernorMetrics } from '@quantum/metrics';
import type { DecisionRecord } from '@quantum/redis-schemas';
import { HOUR_WINDOW_SEC } from '@quantum/risk-gates';

/** A symbol is gone when no plan has named it for so long, seconds: the longest window. */
const GONE_AFTER_SEC = HOUR_WINDOW_SEC;

/** The series that each symbol has of its own, until it is gone. */
export class SymbolSeries {
  readonly #series: GovernorMetrics['bySymbol'];
  /** Time of each symbol's last decision, unix seconds; the symbol that was decided last is the last. */
  readonly #lastDecidedSec = new Map<string, number>();

  constructor(series: GovernorMetrics['bySymbol']) {
    this.#series = series;
  }

  /** Symbols that have series: at most METRICS_MAX_SYMBOLS. */
  get shown(): string[] {
    return this.#series.symbols();
  }

  decided({ symbol, decided_at: decidedAt }: DecisionRecord): void {
    this.#lastDecidedSec.delete(symbol); // so that it moves to the end
    this.#lastDecidedSec.set(symbol, decidedAt);
  }

  /** Forgets symbols over the limit of series when no plan has named them for an hour. */
  forgetUnshown(nowSec: number): void {
    const shown = new Set(this.shown);
    for (const [symbol, lastSec] of this.#lastDecidedSec) {
      if (nowSec - lastSec <= GONE_AFTER_SEC) return;
      if (!shown.has(symbol)) this.#forget(symbol);
    }
  }

  /** Current executions of a symbol. One without any, and that no plan has named for an hour, loses its series. */
  executions(symbol: string, hourCount: number, burstCount: number, nowSec: number): void {
    const isGone = hourCount === 0 && nowSec - (this.#lastDecidedSec.get(symbol) ?? 0) > GONE_AFTER_SEC;
    if (isGone) this.#forget(symbol);
    else this.#series.set(symbol, { execCountHour: hourCount, execCount5min: burstCount });
  }

  /** The executions that a decision saw, its own permit included. */
  decidedExecutions({ symbol, permit, inputs }: DecisionRecord): void {
    const before = executionsOf(inputs);
    if (!before) return;
    const own = permit ? 1 : 0;
    this.#series.set(symbol, { execCountHour: before.hourCount + own, execCount5min: before.burstCount + own });
  }

  #forget(symbol: string): void {
    this.#lastDecidedSec.delete(symbol);
    this.#series.delete(symbol);
  }
}
