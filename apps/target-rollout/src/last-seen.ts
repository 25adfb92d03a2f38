import type { SymbolRead } from './read-symbols.js';

/** Times of a symbol's inputs, unix seconds; undefined: never seen. */
export interface InputTimes {
  scoreSec: number | undefined;
  baseSec: number | undefined;
  priceSec: number | undefined;
}

/** Keeps when inputs were seen last: one that is missing now ages on from there. */
export class LastSeen {
  readonly #times = new Map<string, InputTimes>();

  /**
   * The times of what a cycle has read. A score is as old as the older one of its reading and the proposal made from
   * it.
   */
  see(symbols: ReadonlyMap<string, SymbolRead>): ReadonlyMap<string, InputTimes> {
    for (const symbol of this.#times.keys()) if (!symbols.has(symbol)) this.#times.delete(symbol);
    for (const [symbol, { scoreSec, proposedSec, baseSec, priceSec }] of symbols) {
      const before = this.#times.get(symbol);
      const score = Math.min(scoreSec ?? NaN, proposedSec ?? NaN);
      this.#times.set(symbol, {
        scoreSec: Number.isNaN(score) ? before?.scoreSec : score,
        baseSec: baseSec ?? before?.baseSec,
        priceSec: priceSec ?? before?.priceSec,
      });
    }
    return new Map(this.#times);
  }
}
