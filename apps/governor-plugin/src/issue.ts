import type { DecisionPolicy } from '@quantum/decisions';
import type { Clock } from '@quantum/clock';
import type { GovernorMetrics } from '@quantum/metrics';
import { StreamConsumer, type Redis } from '@quantum/redis-io';
import { GOVERNOR_GROUP, lostPlansKey } from '@quantum/redis-schemas';
import type { Logger } from '@quantum/service-kit';
import type { GovernorConfig } from './config.js';
import { newConsumerName, runPlanLoop } from '@quantum/plan-loop';
import { refreshExecutions } from './observe/executions.js';
import { Losses } from './observe/losses.js';
import { Observer } from './observe/observer.js';
import { Governor } from './serve.js';

/** How often a summary is logged and the execution gauges are brought up to date, ms. */
const HOUSEKEEPING_MS = 10_000;

/** How long a grant may rest on what was read, ms: two round trips follow, of mostly less than one each. */
const GRANT_WITHIN_MS = 1000;

export interface IssueParts {
  config: GovernorConfig;
  clock: Clock;
  /** In force now. */
  policy: () => DecisionPolicy;
  metrics: GovernorMetrics;
  logger: Logger;
  redis: Redis;
  /** A connection for reads that block. */
  blocking: Redis;
  onRound: (error?: Error) => void;
  stopping: AbortSignal;
}

/** The role `issue`: decides plans until it is stopped. */
export async function issue(parts: IssueParts): Promise<void> {
  const { config, clock, metrics, logger, redis, onRound, stopping } = parts;
  const observer = new Observer(metrics, logger, config.applyMode, clock);
  const governor = createGovernor(parts, observer);
  const losses = new Losses({ redis, eventsStream: config.eventsStream, observer });
  const consumer = createConsumer(parts, observer, losses);
  const stopHousekeeping = keepHouse(parts, observer, governor);
  const { planMaxAgeSec, claimIdleSec } = config;
  try {
    await runPlanLoop({ consumer, governor, observer, losses, planMaxAgeSec, claimIdleSec, clock, onRound, stopping });
  } finally {
    stopHousekeeping();
  }
  observer.summarise();
}

const createGovernor = ({ config, clock, policy, redis }: IssueParts, observer: Observer): Governor =>
  new Governor({
    redis,
    observer,
    policy,
    plansStream: config.plansStream,
    eventsStream: config.eventsStream,
    grantWithinMs: GRANT_WITHIN_MS,
    killKeys: config.killKeys,
    maxDeliveries: config.maxDeliveries,
    decisionTtlSec: config.decisionTtlSec,
    clock,
    waitReplicas: config.waitReplicas,
    disarmOnBurstBreach: config.disarmOnBurstBreach,
    disarmMinSec: config.disarmMinSec,
  });

/** This process's member of the group that shares the plans. */
const createConsumer = (
  { config, clock, redis, blocking }: IssueParts,
  observer: Observer,
  losses: Losses,
): StreamConsumer =>
  new StreamConsumer(redis, blocking, {
    stream: config.plansStream,
    group: GOVERNOR_GROUP,
    consumer: newConsumerName(),
    lostKey: lostPlansKey(config.plansStream),
    onLost: (loss) => {
      losses.add(loss, clock.wallSec());
    },
    onPossiblyLost: (count) => {
      observer.possiblyLost(count);
    },
    onUncounted: (error) => {
      observer.error('losses_uncounted', error);
    },
  });

/** Logs summaries and keeps the execution gauges up to date, until the answer is called. */
function keepHouse({ redis, clock, logger }: IssueParts, observer: Observer, governor: Governor): () => void {
  let refreshing: Promise<void> | undefined;
  const timer = setInterval(() => {
    observer.summarise();
    refreshing ??= refreshExecutions(redis, observer, clock.wallSec(), () => governor.idle())
      .catch((error: unknown) => {
        logger.debug({ err: error }, 'execution gauges were not refreshed');
      })
      .finally(() => (refreshing = undefined));
  }, HOUSEKEEPING_MS);
  return () => {
    clearInterval(timer);
  };
}
