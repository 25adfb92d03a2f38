import type { Served } from './plan-entry.js';

/**
 * Why plans are left undecided although Redis answers: it is out of memory, or refuses a command, say. It lasts until
 * those plans are served, whatever else is served meanwhile. Another replica may serve them, so it is also forgotten
 * when it was not met again for a time.
 */
export class Trouble {
  readonly #lastsMs: number;
  #error: Error | undefined;
  #sinceMs = 0;
  /** Entries that were left undecided. */
  readonly #left = new Set<string>();

  /** `lastsMs`: longer than it takes until what was left is tried again. */
  constructor(lastsMs: number) {
    this.#lastsMs = lastsMs;
  }

  /** A batch was served. */
  served({ done, putOff }: Served): void {
    const hadLeft = this.#left.size > 0;
    for (const id of done) this.#left.delete(id);
    for (const { id } of putOff) this.#left.add(id);
    if (hadLeft && this.#left.size === 0) this.#error = undefined;
  }

  /** What to report after a round in which `error` left plans undecided; `nowMs` is steady. */
  after(error: Error | undefined, nowMs: number): Error | undefined {
    if (error) {
      this.#error = error;
      this.#sinceMs = nowMs;
    } else if (nowMs - this.#sinceMs > this.#lastsMs) {
      this.#error = undefined;
    }
    if (this.#error === undefined) this.#left.clear();
    return this.#error;
  }
}
