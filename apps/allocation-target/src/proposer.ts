import { setTimeout as delay } from 'node:timers/promises';
import type { Leases, ShardRefusedError } from '@quantum/redis-io';
import { runCycle, type CycleContext } from './cycle.js';
import type { TickOutcome } from './loop.js';
import { keepInGauges } from './tally.js';

/** `ts_epoch` has whole seconds: so long at most until a cycle differs from one that ended just now. */
const MAX_CLOCK_WAIT_MS = 1000;

/** What the proposer does at a tick: sees to its leases, and runs a cycle over what it holds, if one is due. */
export class Proposer {
  readonly #leases: Leases;
  readonly #cycle: CycleContext;

  constructor(leases: Leases, cycle: CycleContext) {
    this.#leases = leases;
    this.#cycle = cycle;
  }

  /** @throws as `Leases.claim` and `runCycle` do. */
  async tick(isSlot: boolean): Promise<TickOutcome> {
    const { discovery, metrics, logger, unmetShards, stopping } = this.#cycle;
    const claimed = await this.#leases.claim().finally(() => {
      metrics.shardsHeld.set(this.#leases.held.length);
    });
    const { held, gained, lost, released } = claimed;
    if (lost.length > 0) this.#lost(lost);
    for (const shard of [...lost, ...released]) unmetShards.delete(shard);
    if (gained.length + lost.length + released.length > 0) {
      logger.info({ held: held.map(({ shard }) => shard), gained, lost, released }, 'shards');
    }
    if (held.length === 0) {
      keepInGauges(metrics, 0, []);
      metrics.budgetScale.set(1);
      discovery.rest();
      return 'standby';
    }
    // Who takes a shard over publishes it at once, whatever is left of the interval.
    if (!isSlot && gained.length === 0) return 'idle';
    const waitMs = this.#clockWaitMs();
    if (waitMs > 0 && waitMs <= MAX_CLOCK_WAIT_MS) await delay(waitMs, undefined, { signal: stopping });
    const onRefused = (refused: ShardRefusedError): void => {
      this.#refused(refused);
    };
    await runCycle(this.#cycle, held, onRefused).finally(() => {
      metrics.shardsHeld.set(this.#leases.held.length);
    });
    return 'cycle';
  }

  /** Until a cycle is newer than the last ones of those that the shards were taken over from. */
  #clockWaitMs(): number {
    const lastSec = Math.max(...this.#leases.held.map(({ takenOverAtSec = -Infinity }) => takenOverAtSec));
    return (lastSec + 1 - this.#cycle.clock.wallSec()) * 1000;
  }

  #refused({ lease, reason, message }: ShardRefusedError): void {
    this.#cycle.logger.warn({ shard: lease.shard }, message);
    if (reason !== 'lost') return;
    this.#leases.drop(lease);
    this.#lost([lease.shard]);
  }

  #lost(shards: readonly number[]): void {
    this.#cycle.metrics.leaseLost.inc(shards.length);
    this.#cycle.logger.warn({ shards }, 'lost the lease: it was not renewed in time, or Redis has forgotten it');
  }
}
