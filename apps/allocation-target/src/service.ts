import { systemClock } from '@quantum/clock';
import { setTimeout as delay } from 'node:timers/promises';
import type { ProposalParameters } from '@quantum/efficiency-policy';
import { createProposerMetrics, startMetricsServer, type ProposerMetrics } from '@quantum/metrics';
import { createPolicySource, keepParameters, proposalStep, type PolicySource } from '@quantum/policy';
import { connectRedis, ServerWatch, type Leases, type Redis } from '@quantum/redis-io';
import {
  atMostOnceAMinute,
  createLogger,
  createSystemdNotifier,
  createTicker,
  InvalidReadings,
  loadConfig,
  logConfig,
  redisAddress,
  type Logger,
  type ServiceContext,
  type SystemdNotifier,
  type Ticker,
} from '@quantum/service-kit';
import { definition, type ProposerConfig } from './config.js';
import { Discovery } from './discovery.js';
import { leaseMsOf, leasesOf } from './leases.js';
import { Loop } from './loop.js';
import { processName, Proposer } from './proposer.js';
import { RefusedWrites } from './refused-writes.js';
import { Slots } from './slots.js';

export const SERVICE_NAME = 'allocation-target';

/** How long stopping waits for the batch in hand: a Redis that hangs must not keep us beyond the 5 s we are given. */
const STOP_PATIENCE_MS = 3000;
/** And for giving up the leases; those that are not given up run out by themselves. */
const RELEASE_PATIENCE_MS = 500;

/** What the service is made of. */
interface Parts {
  config: ProposerConfig;
  logger: Logger;
  metrics: ProposerMetrics;
  policies: PolicySource<ProposalParameters>;
  redis: Redis;
  systemd: SystemdNotifier;
  stopping: AbortSignal;
}

/** A proposer that runs. */
export interface RunningProposer {
  /** Where /metrics, /healthz and /readyz are. */
  metricsUrl: string;
  stop(): Promise<void>;
}

/** Starts the service: reads the configuration, serves metrics, and runs a cycle every LOOP_INTERVAL_SEC from now on. */
export async function startService({ env, stopping }: ServiceContext): Promise<RunningProposer> {
  const loaded = loadConfig(definition, env);
  const { config } = loaded;
  const logger = createLogger({ name: SERVICE_NAME, level: config.logLevel });
  logConfig(logger, loaded);
  const systemd = createSystemdNotifier(env, {
    onError: (error) => {
      logger.warn({ err: error }, 'systemd was not told');
    },
  });
  const metrics = createProposerMetrics({ maxSymbols: config.metricsMaxSymbols });
  const policies = createPolicySource({ file: config.policyFile, step: proposalStep(config), logger, metrics });
  const redis = connect(config, logger);
  const parts: Parts = { config, logger, metrics, policies, redis, systemd, stopping };
  const leases = leasesOf(redis, {
    streamName: config.streamName,
    shards: config.shards,
    leaseMs: leaseMsOf(intervalMsOf(config)),
    process: processName(),
  });
  const watch = new ServerWatch(redis, { logger, metrics });
  void watch.run(stopping);
  const loop = createLoop(parts, leases, () => watch.clockProblem);
  const server = await startMetricsServer({
    host: config.metricsHost,
    port: config.metricsPort,
    registry: metrics.registry,
    readiness: () => loop.readiness(),
  }).catch((error: unknown) => {
    redis.disconnect();
    throw error;
  });
  const ticker = startTicker(parts, loop);
  logger.info({ metrics: server.url }, 'running');

  return {
    metricsUrl: server.url,
    stop: async () => {
      systemd.stopping();
      await Promise.race([ticker.stop(), delay(STOP_PATIENCE_MS, undefined, { ref: false })]);
      await Promise.race([leases.release(), delay(RELEASE_PATIENCE_MS, undefined, { ref: false })]).catch(
        (error: unknown) => {
          logger.warn({ err: error }, 'the leases were not given up, they run out by themselves');
        },
      );
      policies.stop();
      redis.disconnect();
      await server.close();
    },
  };
}

const intervalMsOf = ({ loopIntervalSec }: ProposerConfig): number => loopIntervalSec * 1000;

/** The cycles: which symbols there are, and the proposer that goes over them. */
function createLoop(
  { config, logger, metrics, policies, redis, systemd, stopping }: Parts,
  leases: Leases,
  clockProblem: () => string | undefined,
): Loop {
  const intervalMs = intervalMsOf(config);
  const isProblemDue = atMostOnceAMinute();
  const discovery = new Discovery(redis, {
    discoveryIntervalMs: config.discoveryIntervalSec * 1000,
    loopIntervalMs: intervalMs,
    clock: systemClock,
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
    clock: systemClock,
    stopping,
    onProgress: () => {
      systemd.progress();
    },
  });
  let kept: Promise<void> | undefined;
  const runTick = (isSlot: boolean) => {
    kept ??= keepParameters(redis, policies, logger); // not before Redis is known to be one that serves us
    return proposer.tick(isSlot);
  };
  return new Loop({ redis, clock: systemClock, intervalMs, runTick, metrics, logger, clockProblem, stopping });
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

function connect(config: ProposerConfig, logger: Logger): Redis {
  let connected = true;
  return connectRedis(redisAddress(config), SERVICE_NAME, {
    onError: (error) => {
      // Each further attempt fails alike: one line an outage.
      if (connected) logger.warn({ err: error }, 'Redis is away, trying again until it answers');
      connected = false;
    },
    onReady: () => {
      connected = true;
      logger.info('Redis is connected');
    },
  });
}
