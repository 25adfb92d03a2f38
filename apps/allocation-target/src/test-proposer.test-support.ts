import { systemClock, type Clock } from '@quantum/clock';
import { leaseMsOf, ShardCycles, type TickOutcome } from '@quantum/cycle-loop';
import { randomUUID } from 'node:crypto';
import { loadPolicy, proposalStep } from '@quantum/policy';
import { connectRedis, untilReady, type Leases } from '@quantum/redis-io';
import { createLogger, InvalidReadings, loadConfig } from '@quantum/service-kit';
import { metricValue } from '@quantum/testing';
import { definition } from './config.js';
import type { CycleContext } from './cycle.js';
import { Discovery } from './discovery.js';
import { leasesOf } from './leases.js';
import { RefusedWrites } from './refused-writes.js';
import { proposerMetrics } from './service.js';
import { proposerWork } from './shard-work.js';

/** The time of every cycle that tests run in their own process, unix seconds with a fraction. */
export const NOW_SEC = 1_700_000_000.75;
/** The same as `ts_epoch` shows it. */
export const TS_EPOCH = 1_700_000_000;

export interface TestProposer {
  context: CycleContext;
  leases: Leases;
  /** Runs one cycle, scan included. */
  cycle: () => Promise<TickOutcome>;
  /** One tick, a slot or one between slots. */
  tick: (isSlot: boolean) => Promise<TickOutcome>;
  /** What was logged so far, parsed. */
  logged: () => Record<string, unknown>[];
  /** Problems that discovery reported. */
  problems: string[];
  /** Value of a metric's series, undefined where it has none. */
  metric: (name: string, labels?: Record<string, string>) => Promise<number | undefined>;
  stop: AbortController;
  close: () => void;
}

/** A clock that says this time, and whose steady time is the machine's. */
export const clockAt = (wallSec: () => number): Clock => ({ ...systemClock, wallSec });

/**
 * Everything that a cycle needs, on a real Redis, with a clock that does not move. `env` as the service's environment.
 */
export async function createTestProposer(
  url: string,
  env: Record<string, string> = {},
  overrides: Partial<CycleContext> = {},
): Promise<TestProposer> {
  const { config } = loadConfig(definition, { REDIS_URL: url, ...env });
  const redis = connectRedis({ url, host: '', port: 0, db: 0 }, 'test-proposer');
  await untilReady(redis);
  const lines: string[] = [];
  const logger = createLogger({ name: 'test', level: config.logLevel, destination: { write: (s) => lines.push(s) } });
  const problems: string[] = [];
  const stop = new AbortController();
  const metrics = proposerMetrics({ maxSymbols: config.metricsMaxSymbols });
  const discovery = new Discovery(redis, {
    discoveryIntervalMs: config.discoveryIntervalSec * 1000,
    loopIntervalMs: config.loopIntervalSec * 1000,
    clock: systemClock,
    stopping: stop.signal,
    onProblem: (problem) => problems.push(problem),
  });
  const book = loadPolicy(config.policyFile, proposalStep(config));
  const context: CycleContext = {
    redis,
    discovery,
    policies: { current: () => book },
    budget: config.budget,
    unmetShards: new Set(),
    refusedWrites: new RefusedWrites(logger),
    publish: config,
    metrics,
    logger,
    invalidReadings: new InvalidReadings(logger),
    clock: clockAt(() => NOW_SEC),
    stopping: stop.signal,
    onProgress: () => undefined,
    ...overrides,
  };
  const leases = leasesOf(redis, {
    streamName: config.streamName,
    shards: config.shards,
    leaseMs: leaseMsOf(config.loopIntervalSec * 1000),
    process: `test-${randomUUID()}`,
  });
  const proposer = new ShardCycles({ ...context, leases, work: proposerWork(context) });
  return {
    context,
    leases,
    cycle: () => proposer.tick(true),
    tick: (isSlot) => proposer.tick(isSlot),
    logged: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>),
    problems,
    metric: (name, labels) => metricValue(metrics.registry, name, labels),
    stop,
    close: () => {
      redis.disconnect();
    },
  };
}
