import { readFileSync } from 'node:fs';
import { cycleWork } from '@quantum/cycle-loop';
import { createRolloutMetrics, type MetricsOptions, type RolloutMetrics } from '@quantum/metrics';
import { sha256 } from '@quantum/policy';
import { MOVES, ROLLOUT_STATES } from '@quantum/rollout-plan';
import { rolloutDefinition } from '@quantum/service-config';
import { hostService, processName, type ServiceParts, type Work } from '@quantum/service-host';
import { atMostOnceAMinute } from '@quantum/service-kit';
import type { CycleContext } from './cycle.js';
import { leasesOf, rolloutLeaseMs } from './leases.js';
import { RolloutMemory } from './memory.js';
import { Plans } from './plans.js';
import { rolloutWork } from './shard-work.js';
import { Symbols } from './symbols.js';

type Parts = ServiceParts<(typeof rolloutDefinition)['variables'], RolloutMetrics, object>;

export const rolloutMetrics = (options: MetricsOptions): RolloutMetrics =>
  createRolloutMetrics(options, { states: ROLLOUT_STATES, moves: MOVES });

/** Enforces proposals in stages, under guards: a cycle every ROLLOUT_INTERVAL_SEC. */
export const rolloutService = hostService({
  name: 'target-rollout',
  definition: rolloutDefinition,
  metrics: rolloutMetrics,
  build,
});

function build(parts: Parts): Work {
  const { config, redis, metrics } = parts;
  const intervalMs = config.intervalSec * 1000;
  return cycleWork(
    { ...parts, metrics: { ...metrics, shardsHeld: metrics.leads } },
    {
      intervalMs,
      leases: leasesOf(redis, { leaseMs: rolloutLeaseMs(intervalMs), process: processName('-') }),
      work: rolloutWork(cycleContext(parts)),
      prepare: () => Promise.resolve(),
    },
  );
}

/** What cycles work with. */
function cycleContext({ config, clock, logger, metrics, redis }: Parts): CycleContext {
  const isProblemDue = atMostOnceAMinute();
  const onProblem = (problem: string, error: unknown): void => {
    metrics.loopErrors.inc();
    if (isProblemDue()) logger.warn({ err: error }, problem);
  };
  return {
    redis,
    clock,
    timeSec: (redisSec) => redisSec,
    intervalSec: config.intervalSec,
    users: config.users ?? [],
    symbols: new Symbols(redis, onProblem),
    plans: new Plans(redis, sha256),
    memory: new RolloutMemory(),
    build: programHash(),
    sha256,
    metrics,
    logger,
    onProblem,
  };
}

/** Names the program that runs: twelve hexadecimal digits of the SHA-256 of its file. */
const programHash = (): string => sha256(readFileSync(process.argv[1] ?? '', 'latin1')).slice(0, 12);
