import { setTimeout as delay } from 'node:timers/promises';
import type { ProposalParameters } from '@quantum/efficiency-policy';
import { createProposerMetrics, type ProposerMetrics } from '@quantum/metrics';
import { keepParameters, proposalStep } from '@quantum/policy';
import type { Leases } from '@quantum/redis-io';
import { hostService, processName, type ServiceParts, type Work } from '@quantum/service-host';
import { atMostOnceAMinute, createTicker, InvalidReadings, type Ticker } from '@quantum/service-kit';
import { definition, type ProposerConfig } from './config.js';
import { Discovery } from './discovery.js';
import { leaseMsOf, leasesOf } from './leases.js';
import { Loop } from './loop.js';
import { Proposer } from './proposer.js';
import { RefusedWrites } from './refused-writes.js';
import { Slots } from './slots.js';

/** How long stopping waits for the batch in hand: a Redis that hangs must not keep us beyond the 5 s we are given. */
const STOP_PATIENCE_MS = 3000;
/** And for giving up the leases; those that are not given up run out by themselves. */
const RELEASE_PATIENCE_MS = 500;

type Parts = ServiceParts<(typeof definition)['variables'], ProposerMetrics, ProposalParameters>;

/** The shadow proposer: a cycle every LOOP_INTERVAL_SEC from its start on. */
export const proposerService = hostService({
  name: 'allocation-target',
  definition,
  metrics: createProposerMetrics,
  step: proposalStep,
  build,
});

function build(parts: Parts): Work {
  const { config, logger, redis } = parts;
  const leases = leasesOf(redis, {
    streamName: config.streamName,
    shards: config.shards,
    leaseMs: leaseMsOf(intervalMsOf(config)),
    process: processName('-'),
  });
  const loop = createLoop(parts, leases);
  let ticker: Ticker | undefined;
  return {
    readiness: () => loop.readiness(),
    start: (metricsUrl) => {
      ticker = startTicker(parts, loop);
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

const intervalMsOf = ({ loopIntervalSec }: ProposerConfig): number => loopIntervalSec * 1000;

/** The cycles: which symbols there are, and the proposer that goes over them. */
function createLoop(parts: Parts, leases: Leases): Loop {
  const { config, clock, logger, metrics, policies, redis, systemd, stopping, checkServer } = parts;
  const intervalMs = intervalMsOf(config);
  const isProblemDue = atMostOnceAMinute();
  const discovery = new Discovery(redis, {
    discoveryIntervalMs: config.discoveryIntervalSec * 1000,
    loopIntervalMs: intervalMs,
    clock,
    stopping,
    onProblem: (problem, error) => {
      metrics.loopErrors.inc();
      if (isProblemDue()) logger.warn({ err: error }, problem);
    },
  });
  const proposer = new Proposer(leases, {
    redis,
    discovery,
    policies,
    budget: config.budget,
    unmetShards: new Set(),
    refusedWrites: new RefusedWrites(logger),
    publish: config,
    metrics,
    logger,
    invalidReadings: new InvalidReadings(logger),
    clock,
    stopping,
    onProgress: () => {
      systemd.progress();
    },
  });
  let kept: Promise<void> | undefined;
  const runTick = async (isSlot: boolean) => {
    await checkServer();
    kept ??= keepParameters(redis, policies, logger);
    return proposer.tick(isSlot);
  };
  return new Loop({ redis, clock, intervalMs, runTick, metrics, logger, stopping });
}

/** Runs the loop's ticks at their fixed rate, and tells systemd of each that ends. */
function startTicker({ config, logger, metrics, systemd }: Parts, loop: Loop): Ticker {
  const slots = new Slots(intervalMsOf(config));
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
