import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '@quantum/clock';
import type { Leases, Redis } from '@quantum/redis-io';
import type { SystemdNotifier, Work } from '@quantum/service-host';
import { atMostOnceAMinute, createTicker, type Logger, type Ticker } from '@quantum/service-kit';
import { Loop } from './loop.js';
import type { CycleMetrics } from './metrics.js';
import { ShardCycles, type ShardWork } from './shard-cycles.js';
import { Slots } from './slots.js';

/** How long stopping waits for the batch in flight: a Redis that hangs must not keep us beyond the 5 s we are given. */
const STOP_PATIENCE_MS = 3000;
/** And for giving up the leases; those that are not given up run out by themselves. */
const RELEASE_PATIENCE_MS = 500;

/** What the host hands over, as far as cycles need it. */
export interface CycleParts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: CycleMetrics;
  readonly redis: Redis;
  readonly systemd: SystemdNotifier;
  readonly stopping: AbortSignal;
  readonly checkServer: () => Promise<void>;
}

export interface CycleOptions {
  /** From the start of a cycle to the start of the next, ms. */
  intervalMs: number;
  leases: Leases;
  work: ShardWork;
  /** Runs once, before the first lease is claimed, as often as it takes to succeed. What it throws fails the cycle. */
  prepare: () => Promise<void>;
}

/** A service that runs a cycle every interval from its start on, over the shards that it holds. */
export function cycleWork(parts: CycleParts, options: CycleOptions): Work {
  const { logger } = parts;
  const { leases } = options;
  const loop = createLoop(parts, options);
  let ticker: Ticker | undefined;
  return {
    readiness: () => loop.readiness(),
    start: (metricsUrl) => {
      ticker = startTicker(parts, loop, options.intervalMs);
      logger.info({ metrics: metricsUrl }, 'running');
    },
    stop: async () => {
      await Promise.race([ticker?.stop(), delay(STOP_PATIENCE_MS, undefined, { ref: false })]);
      await Promise.race([leases.release(), delay(RELEASE_PATIENCE_MS, undefined, { ref: false })]).catch(
        (error: unknown) => {
          logger.warn({ err: error }, 'the leases were not given up, they run out by themselves');
        },
      );
    },
  };
}

function createLoop(parts: CycleParts, { intervalMs, leases, work, prepare }: CycleOptions): Loop {
  const { checkServer, redis, clock, metrics, logger, stopping } = parts;
  const cycles = new ShardCycles({ leases, work, metrics, logger, clock, stopping });
  let isPrepared = false;
  const runTick = async (isSlot: boolean) => {
    await checkServer();
    if (!isPrepared) await prepare();
    isPrepared = true;
    return cycles.tick(isSlot);
  };
  return new Loop({ redis, clock, intervalMs, runTick, metrics, logger, stopping });
}

/** Runs the loop's ticks at their fixed rate, and tells systemd of each that ends. */
function startTicker({ logger, metrics, systemd }: CycleParts, loop: Loop, intervalMs: number): Ticker {
  const slots = new Slots(intervalMs);
  let started = false;
  let missed = 0;
  const isMissedDue = atMostOnceAMinute();
  return createTicker({
    intervalMs: slots.tickMs,
    // A tick that ends is progress, whatever it was for; a cycle that is stuck keeps its tick from ending.
    run: () =>
      loop.runTick(slots.next()).finally(() => {
        if (!started) systemd.ready();
        started = true;
        systemd.progress();
      }),
    onError: crash,
    onMissed: (ticks) => {
      const count = slots.pass(ticks);
      if (count === 0) return;
      metrics.loopsMissed.inc(count);
      missed += count;
      if (!isMissedDue()) return;
      logger.warn({ count: missed }, 'cycles were missed: the one before took too long');
      missed = 0;
    },
  });
}

/** A slot throws only what the service cannot live with: as an uncaught exception it is logged and ends the process. */
function crash(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
