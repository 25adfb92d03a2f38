/** The stretches of one kind. */
export interface Stretches {
  count: number;
  longestSec: number;
  totalSec: number;
}

/**
 * How long symbols stay in a state: a stretch begins with the first observation of a state and ends with the first of another,
 * or, where there is none, with the last of its own. Observations of a symbol come in the order of their times.
 */
export class StretchMeter {
  readonly #open = new Map<string, { state: string; fromSec: number; toSec: number }>();
  readonly #closed = new Map<string, Stretches>();

  observe(symbol: string, state: string, tsSec: number): void {
    const open = this.#open.get(symbol);
    if (open?.state === state) {
      open.toSec = tsSec;
      return;
    }
    if (open) this.#add(this.#closed, open.state, tsSec - open.fromSec);
    this.#open.set(symbol, { state, fromSec: tsSec, toSec: tsSec });
  }

  /** By state, those included that have not ended. */
  byState(): Map<string, Stretches> {
    const all = new Map([...this.#closed].map(([state, stretches]) => [state, { ...stretches }]));
    for (const { state, fromSec, toSec } of this.#open.values()) this.#add(all, state, toSec - fromSec);
    return all;
  }

  #add(to: Map<string, Stretches>, state: string, lengthSec: number): void {
    const known = to.get(state) ?? { count: 0, longestSec: 0, totalSec: 0 };
    known.count += 1;
    known.longestSec = Math.max(known.longestSec, lengthSec);
    known.totalSec += lengthSec;
    to.set(state, known);
  }
}
