import { medianOf } from './median.js';

/** Distances that are enough to know the interval, altogether and of each symbol on average. */
const ENOUGH = 10_000;
const ENOUGH_PER_SYMBOL = 10;

/**
 * How far apart the proposer's cycles are: the median distance of two proposals of the same symbol, in whole seconds.
 * The recording does not hold `LOOP_INTERVAL_SEC`. Memory grows until the interval is known, and with the symbols.
 */
export class CycleInterval {
  readonly #last = new Map<string, number>();
  readonly #distances: number[] = [];

  /** Takes a proposal; one that is not later than the symbol's last is ignored. */
  observe(symbol: string, tsSec: number): void {
    const last = this.#last.get(symbol) ?? tsSec;
    if (tsSec > last) this.#distances.push(tsSec - last);
    this.#last.set(symbol, Math.max(last, tsSec));
  }

  /** Whether more proposals would not change the median noticeably. */
  get isKnown(): boolean {
    return this.#distances.length >= Math.max(ENOUGH, ENOUGH_PER_SYMBOL * this.#last.size);
  }

  /** Seconds; undefined where no symbol was proposed twice. */
  get intervalSec(): number | undefined {
    return medianOf(this.#distances);
  }
}
