import { setImmediate, setTimeout as delay } from 'node:timers/promises';
import { NoGroupError, type StreamEntry } from '@quantum/redis-io';
import { Deliveries } from './deliveries.js';
import { ensureGroup } from './ensure-group.js';
import type { PlanLoopOptions } from './loop-options.js';
import { isOwnFault } from './own-fault.js';
import type { Served } from './plan-entry.js';
import { PeriodicClaims } from './periodic-claims.js';
import { Trouble } from './trouble.js';
import { BATCHES_IN_FLIGHT, BatchSemaphore, READ_COUNT } from './batch-semaphore.js';

/** How long a read waits for new entries, ms: also the longest that a stop waits for an idle loop. */
const BLOCK_MS = 1000;
/** Pause after a failed round, ms, so that a Redis that is away is not asked in a tight loop. */
const RETRY_MS = 200;

/** A read of new entries. */
interface Read {
  entries: Promise<StreamEntry[]>;
  hasEnded: boolean;
}

/**
 * Consumes the plan stream until it is stopped: claim what was left pending, read what is new, serve, acknowledge. In
 * the end it leaves the group.
 */
export async function runPlanLoop(options: PlanLoopOptions): Promise<void> {
  await new PlanLoop(options).run();
  try {
    await options.consumer.leave();
  } catch {
    // Redis is away: another consumer removes this one later.
  }
}

class PlanLoop {
  readonly #options: PlanLoopOptions;
  readonly #deliveries: Deliveries;
  readonly #periodicClaims: PeriodicClaims;
  readonly #trouble: Trouble;
  readonly #semaphore: BatchSemaphore;
  #isAdmitted = false;
  #isGrouped = false;
  /** A round ended well since the start or the last failure: readiness waits for one, not for a plan. */
  #isAnswered = false;
  /** The next read is on its way while what it follows is served: Redis reads while this process works. */
  #reading: Read | undefined;
  /** Batches that are being served, the oldest first: neither Redis nor a plan that has come waits for their end. */
  readonly #inFlight: Promise<void>[] = [];

  constructor(options: PlanLoopOptions) {
    this.#options = options;
    this.#deliveries = new Deliveries(options.consumer);
    this.#periodicClaims = new PeriodicClaims(options, this.#deliveries, (entries) => this.#serveInTurn(entries));
    this.#semaphore = options.semaphore ?? new BatchSemaphore();
    // What is pending is tried again sooner, in the round after it may be claimed: trouble that lasts is met again
    // before.
    this.#trouble = new Trouble(4 * (1000 * options.claimIdleSec + BLOCK_MS));
  }

  #isStopped(): boolean {
    return this.#options.stopping.aborted;
  }

  async run(): Promise<void> {
    while (!this.#isStopped()) {
      try {
        await this.#round();
      } catch (error) {
        if (this.#isStopped()) break;
        await this.#failed(error as Error);
      }
    }
    await Promise.allSettled(this.#inFlight);
    try {
      if (this.#reading) await this.#serveInTurn(await this.#reading.entries);
    } catch {
      // What it brought, if anything, is claimed by another consumer.
    }
  }

  async #round(): Promise<void> {
    const { admit, telemetry, gapReports, clock, onRound } = this.#options;
    if (!this.#isAdmitted) {
      await admit?.();
      this.#isAdmitted = true;
    }
    if (!this.#isGrouped) {
      await ensureGroup(this.#options);
      this.#isGrouped = true;
    }
    const now = clock.wallSec();
    if (this.#periodicClaims.isDue(now)) {
      await this.#ended(0);
      await this.#periodicClaims.run(now);
      if (this.#isStopped()) return;
    }
    await this.#serveNew();
    await gapReports?.report();
    await this.#options.governor.countUnheard?.();
    const trouble = this.#trouble.after(telemetry.takeUnanswered(), clock.steadyMs());
    const { problem } = this.#options.governor;
    onRound(this.#periodicClaims.refusal ?? trouble ?? (problem === undefined ? undefined : new Error(problem)));
    this.#isAnswered = true;
  }

  /** Begins what has come, while what came before is in flight and the next is read. */
  async #serveNew(): Promise<void> {
    const ahead = (this.#reading ??= this.#read());
    if (this.#periodicClaims.hasMore && !ahead.hasEnded) return; // what is pending does not wait for new plans
    this.#reading = undefined;
    const entries = await ahead.entries;
    if (entries.length > 0) {
      // Before the next read: what waits for its turn here is not to be claimed by another replica.
      const endBatch = await this.#semaphore.take();
      const begun = this.#serve(entries).finally(endBatch);
      begun.catch(() => undefined); // the caller that waits for it gets the error
      this.#inFlight.push(begun);
      await setImmediate(); // what these plans are decided by is asked for first: Redis counts lost plans before a read
    }
    if (!this.#isStopped()) this.#reading = this.#read();
    await this.#ended(entries.length > 0 ? BATCHES_IN_FLIGHT - 1 : 0);
  }

  #read(): Read {
    const entries = this.#options.consumer.readNew(READ_COUNT, this.#isAnswered ? BLOCK_MS : 0); // a server looks ten times a second at what waits for 1 ms
    const begun: Read = { entries, hasEnded: false };
    const ended = (): void => void (begun.hasEnded = true);
    entries.then(ended, ended); // the caller that waits for it gets the error
    return begun;
  }

  /** Waits until no more than this many batches are in flight. */
  async #ended(atMost: number): Promise<void> {
    while (this.#inFlight.length > atMost) await this.#inFlight.shift();
  }

  async #serveInTurn(entries: readonly StreamEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const endBatch = await this.#semaphore.take();
    await this.#serve(entries).finally(endBatch);
  }

  async #serve(entries: readonly StreamEntry[]): Promise<void> {
    const { governor, consumer, clock } = this.#options;
    let served: Served;
    try {
      served = await governor.serve(entries, clock.wallSec, consumer.lastId);
    } catch (error) {
      // A fault of ours counts: an entry that brings it about is claimed alone then, and keeps no other from being
      // served.
      if (!isOwnFault(error)) this.#deliveries.failed(entries);
      throw error;
    }
    this.#trouble.served(served);
    this.#deliveries.served(served);
    try {
      await this.#deliveries.settle(); // at once, or another replica claims what is put off, and the delivery counts
    } catch (error) {
      this.#periodicClaims.refused(error as Error);
    }
  }

  async #failed(error: Error): Promise<void> {
    const { telemetry, onRound, stopping } = this.#options;
    // What else was in flight has met the same, mostly: it is one failure, reported once.
    await Promise.allSettled(this.#inFlight.splice(0));
    this.#isAnswered = false;
    if (error instanceof NoGroupError) {
      this.#isGrouped = false;
      this.#deliveries.clear();
      telemetry.error('no_group');
      return;
    }
    telemetry.error('redis', error);
    onRound(error);
    await delay(RETRY_MS, undefined, { signal: stopping }).catch(() => undefined);
  }
}
