import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '@quantum/clock';
import type { Claimed, Lease, Leases, ShardRefusedError } from '@quantum/redis-io';
import type { Logger } from '@quantum/service-kit';
import type { TickOutcome } from './loop.js';
import type { CycleMetrics } from './metrics.js';

/** A cycle's time may have whole seconds: so long at most until a cycle differs from one that ended just now. */
const MAX_CLOCK_WAIT_MS = 1000;

/** A service's part of its cycles. */
export interface ShardWork {
  /**
   * Runs a cycle over the held shards.
   * @param onRefused to be called at once for each shard that Redis refuses
   */
  runCycle(held: readonly Lease[], onRefused: (refused: ShardRefusedError) => void): Promise<void>;
  /** Other processes hold every shard. */
  standBy(): void;
  /** These shards are no longer held. */
  forget(shards: readonly number[]): void;
}

export interface ShardCyclesOptions {
  leases: Leases;
  work: ShardWork;
  metrics: Pick<CycleMetrics, 'shardsHeld' | 'leaseLost'>;
  logger: Logger;
  clock: Pick<Clock, 'wallSec'>;
  stopping: AbortSignal;
}

/** What a sharded service does at a tick: renews its leases, and runs a cycle over what it holds, if one is due. */
export class ShardCycles {
  readonly #options: ShardCyclesOptions;

  constructor(options: ShardCyclesOptions) {
    this.#options = options;
  }

  /** @throws as `Leases.claim` and `ShardWork.runCycle` do. */
  async tick(isSlot: boolean): Promise<TickOutcome> {
    const { leases, work, metrics, logger, stopping } = this.#options;
    const showHeld = (): void => {
      metrics.shardsHeld.set(leases.held.length);
    };
    const { held, gained, lost, released } = await this.#claim().finally(showHeld);
    if (lost.length > 0) this.#lost(lost);
    work.forget([...lost, ...released]);
    if (gained.length + lost.length + released.length > 0) {
      logger.info({ held: held.map(({ shard }) => shard), gained, lost, released }, 'shards');
    }
    if (held.length === 0) {
      work.standBy();
      return 'standby';
    }
    // Who takes a shard over publishes it at once, whatever is left of the interval.
    if (!isSlot && gained.length === 0) return 'idle';
    const waitMs = this.#clockWaitMs();
    if (waitMs > 0 && waitMs <= MAX_CLOCK_WAIT_MS) await delay(waitMs, undefined, { signal: stopping });
    await work
      .runCycle(held, (refused) => {
        this.#refused(refused);
      })
      .finally(showHeld);
    return 'cycle';
  }

  /**
   * A process that is refused for its number of shards holds none. Others may write them until it is accepted again.
   */
  async #claim(): Promise<Claimed> {
    const { leases, work } = this.#options;
    const had = leases.held.map(({ shard }) => shard);
    try {
      return await leases.claim();
    } catch (error) {
      if (had.length > 0 && leases.held.length === 0) {
        this.#lost(had);
        work.forget(had);
        work.standBy();
      }
      throw error;
    }
  }

  /** Until a cycle is newer than the last ones of those that the shards were taken over from. */
  #clockWaitMs(): number {
    const { leases, clock } = this.#options;
    const lastSec = Math.max(...leases.held.map(({ takenOverAtSec = -Infinity }) => takenOverAtSec));
    return (lastSec + 1 - clock.wallSec()) * 1000;
  }

  #refused({ lease, reason, message }: ShardRefusedError): void {
    const { leases, work, logger } = this.#options;
    logger.warn({ shard: lease.shard }, message);
    if (reason !== 'lost') return;
    leases.drop(lease);
    work.forget([lease.shard]);
    this.#lost([lease.shard]);
  }

  #lost(shards: readonly number[]): void {
    this.#options.metrics.leaseLost.inc(shards.length);
    this.#options.logger.warn({ shards }, 'lost the lease: it was not renewed in time, or Redis has forgotten it');
  }
}
