import { isReplyError, type StreamEntry } from '@quantum/redis-io';
import { GOVERNOR_CONSUMER_PREFIX } from '@quantum/redis-schemas';
import type { Deliveries } from './deliveries.js';
import type { PlanLoopOptions } from './loop-options.js';
import { isOwnFault } from './own-fault.js';
import { READ_COUNT } from './batch-semaphore.js';

/**
 * A consumer of ours that holds nothing has left when it was not heard of for so long, seconds: one that lives reads.
 */
const LEFT_AFTER_SEC = 60;
/** How long pending plans are claimed before new ones are served, ms. */
const TURN_MS = 200;

/**
 * Claims, from time to time, the plans that consumers left pending. Where that takes long, it alternates with new
 * plans: thousands may be pending, and each may have to wait for a replica, or for a master that is down.
 */
export class PeriodicClaims {
  readonly #options: PlanLoopOptions;
  readonly #deliveries: Deliveries;
  readonly #serve: (entries: readonly StreamEntry[]) => Promise<void>;
  readonly #everySec: number;
  #nextSec = 0;
  /** The claim that has more pages; undefined where none has. */
  #pages: AsyncGenerator<StreamEntry[], void> | undefined;
  /** Why the server refuses to settle what was delivered, or to claim what is pending, until a claim succeeds. */
  #refusal: Error | undefined;

  /** `serve` resolves when the entries of a claim are served. */
  constructor(
    options: PlanLoopOptions,
    deliveries: Deliveries,
    serve: (entries: readonly StreamEntry[]) => Promise<void>,
  ) {
    this.#options = options;
    this.#deliveries = deliveries;
    this.#serve = serve;
    this.#everySec = options.claimIdleSec / 2;
  }

  get refusal(): Error | undefined {
    return this.#refusal;
  }

  /** Whether a claim has more pages: new plans that have come are to be served before the next ones. */
  get hasMore(): boolean {
    return this.#pages !== undefined;
  }

  /** Also after the clock was set back. */
  isDue(nowSec: number): boolean {
    return this.hasMore || nowSec >= this.#nextSec || nowSec < this.#nextSec - this.#everySec;
  }

  /** Claims what is pending for long, or goes on with that. New plans are served also while the server refuses it. */
  async run(nowSec: number): Promise<void> {
    if (!this.hasMore) this.#nextSec = nowSec + this.#everySec;
    try {
      // Or what is done could be trimmed, and be taken for lost; and what is put off, delivered again.
      await this.#deliveries.settle();
      await this.#claim();
      await this.#deliveries.settle(); // of what was claimed: a refusal of that lasts
      this.#refusal = undefined;
    } catch (error) {
      if (!isOwnFault(error)) this.#pages = undefined;
      this.refused(error as Error);
    }
  }

  /** The server refuses a command of these. @throws `error`, unless it says so. */
  refused(error: Error): void {
    if (!isReplyError(error)) throw error;
    this.#options.telemetry.error('redis', error);
    this.#refusal = new Error(`pending plans cannot be acknowledged or claimed: ${error.message}`, { cause: error });
  }

  /** Serves what consumers left pending, and in the end removes the consumers that have left. */
  async #claim(): Promise<void> {
    const { consumer, telemetry, claimIdleSec, clock, stopping } = this.#options;
    const faults: Error[] = [];
    const pages = (this.#pages ??= consumer.claimIdle(claimIdleSec * 1000, READ_COUNT));
    const endMs = clock.steadyMs() + TURN_MS;
    while (this.#pages && clock.steadyMs() < endMs) {
      const { value: entries } = await pages.next();
      if (!entries) this.#pages = undefined;
      else
        await this.#serve(entries).catch((error: unknown) => {
          if (!isOwnFault(error)) throw error;
          faults.push(error); // what follows is served all the same
        });
      if (stopping.aborted) return;
    }
    const [fault] = faults;
    if (fault) throw fault;
    if (this.#pages) return;
    const leftAfterMs = 1000 * Math.max(LEFT_AFTER_SEC, 10 * claimIdleSec);
    telemetry.removedConsumers(await consumer.removeIdle(GOVERNOR_CONSUMER_PREFIX, leftAfterMs));
  }
}
