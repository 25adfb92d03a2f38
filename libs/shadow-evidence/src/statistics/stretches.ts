/** The stretches of one kind. */
export interface Stretches {
  count: number;
  longestSec: number;
  totalSec: number;
}

/** The state of a symbol without observations. */
export const NO_DATA = 'no_data';

/**
 * How long symbols stay in a state: a stretch begins with the first observation of a state and ends with the first of
 * another, or, where none follows, with the last of its own. A silence ends it too, with the last observation before;
 * the silence is a stretch of its own, `NO_DATA`. Observations of a symbol come in the order of their times.
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

/** A stretch of a symbol outside one state, with the states that it went through. */
export interface StretchOutside {
  symbol: string;
  fromSec: number;
  seconds: number;
  states: readonly string[];
}

/**
 * The longest stretch of any symbol without one state, whatever the other states are: from the first observation of
 * another state to the next observation of this one, or to the symbol's last. A silence within it does not end it: the
 * state there was not seen.
 */
export class LongestOutside {
  readonly #state: string;
  readonly #open = new Map<string, { fromSec: number; states: Set<string> }>();
  longest: StretchOutside | undefined;

  constructor(state: string) {
    this.#state = state;
  }

  observe(symbol: string, state: string, tsSec: number): void {
    let open = this.#open.get(symbol);
    if (!open) {
      if (state === this.#state) return;
      this.#open.set(symbol, (open = { fromSec: tsSec, states: new Set() }));
    }
    if (state === this.#state) this.#open.delete(symbol);
    else open.states.add(state);
    const seconds = tsSec - open.fromSec;
    if (this.longest && seconds <= this.longest.seconds) return;
    this.longest = { symbol, fromSec: open.fromSec, seconds, states: [...open.states] };
  }
}
