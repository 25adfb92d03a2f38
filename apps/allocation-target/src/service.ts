import { cycleWork, leaseMsOf } from '@quantum/cycle-loop';
import { EFFICIENCY_REASONS, type ProposalParameters } from '@quantum/efficiency-policy';
import { createProposerMetrics, type MetricsOptions, type ProposerMetrics } from '@quantum/metrics';
import { keepParameters, proposalStep } from '@quantum/policy';
import { hostService, processName, type ServiceParts, type Work } from '@quantum/service-host';
import { atMostOnceAMinute, InvalidReadings } from '@quantum/service-kit';
import { definition } from './config.js';
import type { CycleContext } from './cycle.js';
import { Discovery } from './discovery.js';
import { leasesOf } from './leases.js';
import { RefusedWrites } from './refused-writes.js';
import { proposerWork } from './shard-work.js';

type Parts = ServiceParts<(typeof definition)['variables'], ProposerMetrics, ProposalParameters>;

/** The proposer's metrics; proposals count from 0 for every reason. */
export const proposerMetrics = (options: MetricsOptions): ProposerMetrics =>
  createProposerMetrics({ ...options, known: { reason: EFFICIENCY_REASONS } });

/** The shadow proposer: a cycle every LOOP_INTERVAL_SEC from its start on. */
export const proposerService = hostService({
  name: 'allocation-target',
  definition,
  metrics: proposerMetrics,
  step: proposalStep,
  build,
});

function build(parts: Parts): Work {
  const { config, logger, policies, redis } = parts;
  const intervalMs = config.loopIntervalSec * 1000;
  const leases = leasesOf(redis, {
    streamName: config.streamName,
    shards: config.shards,
    leaseMs: leaseMsOf(intervalMs),
    process: processName('-'),
  });
  return cycleWork(parts, {
    intervalMs,
    leases,
    work: proposerWork(cycleContext(parts, intervalMs)),
    prepare: () => {
      void keepParameters(redis, policies, logger);
      return Promise.resolve();
    },
  });
}

/** What cycles work with: which symbols there are, and where proposals go. */
function cycleContext(parts: Parts, intervalMs: number): CycleContext {
  const { config, clock, logger, metrics, policies, redis, systemd, stopping } = parts;
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
  return {
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
  };
}
