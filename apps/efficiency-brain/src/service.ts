import { cycleWork, leaseMsOf } from '@quantum/cycle-loop';
import {
  BRAIN_PARAMETERS,
  createRules,
  parametersText,
  PERIOD_RESULTS,
  policyOf,
  type BrainParameters,
} from '@quantum/efficiency-score';
import { createBrainMetrics, type BrainMetrics, type MetricsOptions } from '@quantum/metrics';
import { keepParameterSet, sha256 } from '@quantum/policy';
import { untilReady, whyAway } from '@quantum/redis-io';
import { brainDefinition, type BrainConfig } from '@quantum/service-config';
import { hostService, processName, type ServiceParts, type Work } from '@quantum/service-host';
import { atMostOnceAMinute } from '@quantum/service-kit';
import type { CycleContext } from './cycle.js';
import { Discovery } from './discovery.js';
import { Executions } from './executions.js';
import { checkNoOtherWriter } from './foreign.js';
import { leasesOf } from './leases.js';
import { brainWork } from './shard-work.js';
import { States } from './states.js';

/** So long a cycle that reads a long history may take, ms; what is left then waits for the next. */
const MAX_READ_MS = 30_000;

type Parts = ServiceParts<(typeof brainDefinition)['variables'], BrainMetrics, object>;

/** The brain's metrics; periods count from 0 for every result. */
export const brainMetrics = (options: MetricsOptions): BrainMetrics =>
  createBrainMetrics({ ...options, known: { result: PERIOD_RESULTS } });

/** Scores symbols from positions, prices and fills: a cycle every P31_LOOP_SEC. */
export const brainService = hostService({
  name: 'efficiency-brain',
  definition: brainDefinition,
  metrics: brainMetrics,
  build,
});

/** The parameters that decide, from the environment. */
export const brainParameters = (config: BrainConfig): BrainParameters =>
  Object.fromEntries(
    Object.values(BRAIN_PARAMETERS).map((property) => [property, config[property]]),
  ) as unknown as BrainParameters;

function build(parts: Parts): Work {
  const { config, clock, logger, redis, checkServer, stopping } = parts;
  const parameters = brainParameters(config);
  const policy = policyOf(parameters, sha256);
  const intervalMs = config.loopIntervalSec * 1000;
  const leases = leasesOf(redis, {
    shards: config.shards,
    leaseMs: leaseMsOf(intervalMs),
    process: processName('-'),
  });
  let isAlone = config.mode === 'shadow' || config.takeOver;
  const checkAlone = async (): Promise<void> => {
    if (!isAlone) await checkNoOtherWriter(redis, clock.wallSec(), config.keyTtlSec);
    isAlone = true;
  };
  const work = cycleWork(parts, {
    intervalMs,
    leases,
    work: brainWork(cycleContext(parts, parameters, policy)),
    prepare: async () => {
      await checkAlone();
      void keepParameterSet(redis, { policy, text: parametersText(parameters) }, logger);
    },
  });
  if (isAlone) return work;
  return {
    ...work,
    start: async (metricsUrl) => {
      await Promise.race([untilReady(redis), aborted(stopping)]);
      stopping.throwIfAborted();
      await checkServer();
      await checkAlone().catch(unlessAway);
      await work.start(metricsUrl);
    },
  };
}

/** What cannot be asked now is asked before the first lease: systemd gives up a service that fails too often. */
function unlessAway(error: unknown): void {
  if (whyAway(error) === undefined) throw error;
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    signal.addEventListener('abort', () => {
      resolve();
    });
  });

/** What cycles work with. */
function cycleContext(parts: Parts, parameters: BrainParameters, policy: string): CycleContext {
  const { config, clock, logger, metrics, redis, systemd, stopping } = parts;
  const rules = createRules(parameters);
  const readMs = leaseMsOf(config.loopIntervalSec * 1000) / 4;
  const isProblemDue = atMostOnceAMinute();
  const onProblem = (problem: string, error: unknown): void => {
    metrics.loopErrors.inc();
    if (isProblemDue()) logger.warn({ err: error }, problem);
  };
  const discovery = new Discovery(redis, {
    intervalMs: config.discoveryIntervalSec * 1000,
    keepMs: config.staleSec * 1000,
    clock,
    stopping,
    onProblem,
    onBadNames: (count) => {
      if (count > 0) metrics.badNames.inc(count);
    },
  });
  return {
    redis,
    clock,
    discovery,
    executions: new Executions(redis, { rules, clock, readMs, metrics, logger, onProblem }),
    states: new States(),
    rules,
    policy,
    mode: config.mode,
    maxReadMs: MAX_READ_MS,
    publish: { keyTtlSec: config.keyTtlSec, stateTtlSec: Math.ceil(4 * config.halflifeSec) },
    minConfidence: config.minConfidence,
    metrics,
    logger,
    isFailureDue: atMostOnceAMinute(),
    stopping,
    onProgress: () => {
      systemd.progress();
    },
  };
}
