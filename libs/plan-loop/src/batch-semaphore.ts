/**
 * Entries read or claimed at a time. Of 200, what the collector of garbage had to copy cost 6 us a plan more than of
 * 100.
 */
export const READ_COUNT = 100;
/**
 * Batches that are served at once: a plan has four round trips to wait for, and while it waits, others are worked on.
 * Of four, a backlog was worked off 1.1 times as fast as of two.
 */
export const BATCHES_IN_FLIGHT = 4;

/**
 * A semaphore for batches, shared by all loops of a process, the longest waiting first. More batches at once would end
 * no sooner: each would only take longer from state read to grant, and become late.
 */
export class BatchSemaphore {
  #free = BATCHES_IN_FLIGHT;
  readonly #waiting: (() => void)[] = [];

  /** Resolves when a batch may begin, to what is to be called once, when it has ended. */
  async take(): Promise<() => void> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return () => {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free += 1;
    };
  }
}
