import { NO_DATA } from './stretches.js';

/** Buckets that are kept at most. */
const MAX_BUCKETS = 480;

/** What happened in a stretch of time. */
export interface Bucket {
  /** Its beginning, unix seconds. */
  fromSec: number;
  /** Observations by state. */
  states: Record<string, number>;
  baseUsd: number;
  proposedUsd: number;
}

/** Proposals in buckets of one width, for charts. It doubles where there would be more. Observations are in order. */
export class Timeline {
  widthSec = 1;
  #buckets: Bucket[] = [];

  observe(tsSec: number, state: string, baseUsd: number, proposedUsd: number): void {
    let last = this.#buckets.at(-1);
    if (!last || tsSec >= last.fromSec + this.widthSec) {
      last = { fromSec: this.#startOf(tsSec), states: {}, baseUsd: 0, proposedUsd: 0 };
      this.#buckets.push(last);
    }
    addTo(last, { fromSec: tsSec, states: { [state]: 1 }, baseUsd, proposedUsd });
    while (this.#buckets.length > MAX_BUCKETS) this.#widen();
  }

  /** Those in which something happened, ascending. */
  get buckets(): readonly Bucket[] {
    return this.#buckets;
  }

  /**
   * As `buckets`, with a bucket of the state `NO_DATA` at the beginning and at the end of each silence between two of
   * them.
   */
  bucketsAndSilences(silenceSec: number): Bucket[] {
    const silent = (fromSec: number): Bucket => ({ fromSec, states: { [NO_DATA]: 1 }, baseUsd: 0, proposedUsd: 0 });
    return this.#buckets.flatMap((bucket, i) => {
      const before = this.#buckets[i - 1]?.fromSec ?? bucket.fromSec;
      if (bucket.fromSec - before <= Math.max(silenceSec, this.widthSec)) return [bucket];
      const ends = new Set([before + this.widthSec, bucket.fromSec - this.widthSec]);
      return [...[...ends].map(silent), bucket];
    });
  }

  #startOf(tsSec: number): number {
    return Math.floor(tsSec / this.widthSec) * this.widthSec;
  }

  #widen(): void {
    this.widthSec *= 2;
    const wider: Bucket[] = [];
    for (const bucket of this.#buckets) {
      const fromSec = this.#startOf(bucket.fromSec);
      const last = wider.at(-1);
      if (last?.fromSec === fromSec) addTo(last, bucket);
      else wider.push({ ...bucket, fromSec });
    }
    this.#buckets = wider;
  }
}

function addTo(bucket: Bucket, { states, baseUsd, proposedUsd }: Bucket): void {
  bucket.baseUsd += baseUsd;
  bucket.proposedUsd += proposedUsd;
  for (const [state, count] of Object.entries(states)) bucket.states[state] = (bucket.states[state] ?? 0) + count;
}
