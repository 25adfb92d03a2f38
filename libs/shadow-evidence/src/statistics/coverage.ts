/** Observations further apart than this many intervals have a silence between them. */
const SILENCE_INTERVALS = 3;

/**
 * The distance of observations above which there is a silence, seconds. Without an interval every distance is one.
 * Times of cycles are whole seconds: an interval below one counts as one.
 */
export const silenceSecOf = (intervalSec: number | undefined): number =>
  intervalSec === undefined ? 0 : SILENCE_INTERVALS * Math.max(1, intervalSec);

/** The longest time between two neighbouring observations. */
export interface Silence {
  fromSec: number;
  seconds: number;
}

/** How much of a time observations cover: the distances of neighbours that are no silence. */
export class Coverage {
  readonly #silenceSec: number;
  #lastSec: number | undefined;
  #untilSec = -Infinity;
  #fromSec = 0;
  #longest: Silence = { fromSec: 0, seconds: 0 };
  /** Distinct times of observations. */
  n = 0;
  coveredSec = 0;

  /** @param silenceSec see `silenceSecOf` */
  constructor(silenceSec: number) {
    this.#silenceSec = silenceSec;
  }

  /** Takes an observation. One that is not later than the last covers nothing. @returns the seconds that it covers */
  observe(tsSec: number): number {
    if (this.#lastSec === undefined) this.#fromSec = tsSec;
    const last = this.#lastSec ?? -Infinity;
    if (tsSec <= last) return 0;
    const seconds = this.#lastSec === undefined ? 0 : tsSec - last;
    this.n += 1;
    this.#lastSec = tsSec;
    if (seconds > this.#longest.seconds) this.#longest = { fromSec: last, seconds };
    if (this.isSilence(seconds)) return 0;
    this.coveredSec += seconds;
    return seconds;
  }

  /** Takes a time at which somebody still looked, whether there was an observation or not. */
  lookedAt(tsSec: number): void {
    if (tsSec > this.#untilSec) this.#untilSec = tsSec;
  }

  isSilence(seconds: number): boolean {
    return seconds > this.#silenceSec;
  }

  /** From the first observation to the last, or, with a silence in between, to the last look after it. */
  get window(): { fromSec: number; toSec: number } {
    if (this.#lastSec === undefined) return { fromSec: 0, toSec: 0 };
    const endsInSilence = this.isSilence(this.#untilSec - this.#lastSec);
    return { fromSec: this.#fromSec, toSec: endsInSilence ? this.#untilSec : this.#lastSec };
  }

  get longestSilence(): Silence {
    if (this.#lastSec === undefined) return this.#longest;
    const seconds = this.window.toSec - this.#lastSec;
    return seconds > this.#longest.seconds ? { fromSec: this.#lastSec, seconds } : this.#longest;
  }

  /** 0..1; undefined where the window is empty. */
  get share(): number | undefined {
    const { fromSec, toSec } = this.window;
    return toSec > fromSec ? this.coveredSec / (toSec - fromSec) : undefined;
  }
}
