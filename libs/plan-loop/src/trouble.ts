/**
 * Why plans are left undecided although Redis answers: it is out of memory, say. It lasts until plans are served again;
 * where none come any more, another replica may have served what was left, and it is forgotten after a time.
 */
export class Trouble {
  readonly #lastsMs: number;
  #error: Error | undefined;
  #sinceMs = 0;

  constructor(lastsMs: number) {
    this.#lastsMs = lastsMs;
  }

  /** What to say after a round that served this many entries, and in which this kept others from it; `nowMs` is steady. */
  after(served: number, error: Error | undefined, nowMs: number): Error | undefined {
    if (error) {
      this.#error = error;
      this.#sinceMs = nowMs;
    } else if (served > 0 || nowMs - this.#sinceMs > this.#lastsMs) {
      this.#error = undefined;
    }
    return this.#error;
  }
}
