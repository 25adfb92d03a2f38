/** The stretches of one kind. */
export interface Stretches {
  count: number;
  longestSec: number;
  totalSec: number;
}

/** The state of a symbol without observations. */
export const NO_DATA = 'no_data';

/**
 * How long symbols stay in a state: a stretch begins with the first observation of a state and ends with the first of another,
 * or, where none follows, with the last of its own. A silence ends it too, with the last observation before; the silence is a
 * stretch of its own, `NO_DATA`. Observations of a symbol come in the order of their times.
 */
export class StretchMeter {
  readonly #silenceSec: number;
  readonly #open = new Map<string, { state: string; fromSec: number; toSec: number }>();
  readonly #closed = new Map<string, Stretches>();

  /** @param silenceSec see `silenceSecOf` */
  constructor(silenceSec: number) {
    this.#silenceSec = silenceSec;
  }

  observe(symbol: string, state: string, tsSec: number): void {
    const open = this.#open.get(symbol);
    const isSilence = open !== undefined && tsSec - open.toSec > this.#silenceSec;
    if (open?.state === state && !isSilence) {
      open.toSec = tsSec;
      return;
    }
    if (open) this.#add(this.#closed, open.state, (isSilence ? open.toSec : tsSec) - open.fromSec);
    if (isSilence) this.#add(this.#closed, NO_DATA, tsSec - open.toSec);
    this.#open.set(symbol, { state, fromSec: tsSec, toSec: tsSec });
  }

  /** Number of symbols observed. */
  get symbols(): number {
    return this.#open.size;
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
