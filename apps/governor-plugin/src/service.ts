import { createGovernorMetrics, startMetricsServer, type GovernorMetrics } from '@quantum/metrics';
import { createPolicySource, gateSettings, hintStep, keepLimits, keepParameters, nameLimits } from '@quantum/policy';
import { connectRedis, ServerWatch, StreamConsumer, untilReady, type Redis } from '@quantum/redis-io';
import { GOVERNOR_GROUP, lostPlansKey } from '@quantum/redis-schemas';
import {
  createLogger,
  createSystemdNotifier,
  InvalidReadings,
  loadConfig,
  logConfig,
  redisAddress,
  steadyClock,
  type Logger,
  type ServiceContext,
} from '@quantum/service-kit';
import { AnnotateObserver } from './annotate/annotate-observer.js';
import { runAnnotator } from './annotate/run-annotator.js';
import { decisionPolicy, governorDefinition, type GovernorConfig } from './config.js';
import { newConsumerName } from './intake/consumer-name.js';
import type { DecisionPolicy } from './reserve/decide.js';
import { refreshExecutions } from './observe/executions.js';
import { Governor } from './serve.js';
import { Health } from './observe/health.js';
import { Losses } from './observe/losses.js';
import { Observer } from './observe/observer.js';
import { runPlanLoop } from './intake/plan-loop.js';
import { checkBeforeStart } from './intake/start-checks.js';

/** How often a summary is logged and the execution gauges are brought up to date, ms. */
const HOUSEKEEPING_MS = 10_000;

/** How long a grant may rest on what was looked up, ms: two round trips follow, of mostly less than one each. */
const GRANT_WITHIN_MS = 1000;

const nowSec = (): number => Date.now() / 1000;

/** A governor that serves plans. */
export interface RunningGovernor {
  /** Where /metrics, /healthz and /readyz are. */
  metricsUrl: string;
  /** Ends it, once the signal `stopping` was given: serves what is in hand, then closes everything. */
  stop: () => Promise<void>;
}

/**
 * Starts the governor: probes and metrics at once, plans as soon as Redis is there.
 * @throws ConfigError for an unusable environment; Error where `checkBeforeStart` refuses.
 */
export async function startGovernor({ env, stopping }: ServiceContext): Promise<RunningGovernor> {
  const loaded = loadConfig(governorDefinition, env);
  const { config } = loaded;
  const logger = createLogger({ name: 'governor-plugin', level: config.logLevel });
  logConfig(logger, loaded);

  const metrics = createGovernorMetrics({ maxSymbols: config.metricsMaxSymbols });
  const hints = createPolicySource({ file: config.policyFile, step: hintStep(config), logger, metrics });
  const onError = (error: Error): void => {
    logger.warn({ err: error }, 'systemd was not told');
  };
  const health = new Health(logger, createSystemdNotifier(env, { onError }));
  const connect = (name: string): Redis =>
    connectRedis(redisAddress(config), name, {
      onError: (error) => {
        health.connectionFailed(error);
      },
    });
  const server = await startMetricsServer({
    host: config.metricsHost,
    port: config.metricsPort,
    registry: metrics.registry,
    readiness: () => health.readiness(),
  });
  const redis = connect('governor-plugin');
  const blocking = connect('governor-plugin:reader');
  const watch = new ServerWatch(redis, { logger, metrics });
  health.askAlso(() => watch.clockProblem);
  logger.info({ url: server.url }, 'metrics are served');

  const close = async (): Promise<void> => {
    hints.stop();
    redis.disconnect();
    blocking.disconnect();
    await server.close();
  };
  stopping.addEventListener('abort', () => {
    health.stopping();
  });

  try {
    await orStopped(Promise.all([untilReady(redis), untilReady(blocking)]), stopping);
    await checkBeforeStart(redis, watch, config);
    await keepParameters(redis, hints, logger);
    // A governor that only annotates decides nothing by them.
    if (config.role === 'issue') await keepLimits(redis, nameLimits(gateSettings(config)), logger);
  } catch (error) {
    await close();
    throw error;
  }

  void watch.run(stopping);
  const invalidReadings = new InvalidReadings(logger);
  let policy = decisionPolicy(config, hints.current(), invalidReadings);
  hints.onReload((book) => {
    policy = decisionPolicy(config, book, invalidReadings);
  });
  const parts: Parts = {
    config,
    policy: () => policy,
    metrics,
    logger,
    redis,
    blocking,
    connect,
    onRound: (error) => {
      if (error) health.failed(error);
      else health.roundEnded();
    },
    stopping,
  };
  const served = config.role === 'annotate' ? annotate(parts) : issue(parts);

  return {
    metricsUrl: server.url,
    stop: async () => {
      await served;
      await close();
    },
  };
}

/** What both roles are made of. */
interface Parts {
  config: GovernorConfig;
  /** In force now. */
  policy: () => DecisionPolicy;
  metrics: GovernorMetrics;
  logger: Logger;
  redis: Redis;
  blocking: Redis;
  connect: (name: string) => Redis;
  onRound: (error?: Error) => void;
  stopping: AbortSignal;
}

/** The role `issue`: decides plans until told to stop. */
async function issue({ config, policy, metrics, logger, redis, blocking, onRound, stopping }: Parts): Promise<void> {
  const observer = new Observer(metrics, logger, config.applyMode);
  const governor = new Governor({
    redis,
    observer,
    policy,
    plansStream: config.plansStream,
    eventsStream: config.eventsStream,
    grantWithinMs: GRANT_WITHIN_MS,
    killKeys: config.killKeys,
    maxDeliveries: config.maxDeliveries,
    decisionTtlSec: config.decisionTtlSec,
    steadyMs: () => steadyClock.now(),
    waitReplicas: config.waitReplicas,
    disarmOnBurstBreach: config.disarmOnBurstBreach,
    disarmMinSec: config.disarmMinSec,
  });
  const losses = new Losses({ redis, eventsStream: config.eventsStream, observer });
  const consumer = new StreamConsumer(redis, blocking, {
    stream: config.plansStream,
    group: GOVERNOR_GROUP,
    consumer: newConsumerName(),
    lostKey: lostPlansKey(config.plansStream),
    onLost: (loss) => {
      losses.add(loss, nowSec());
    },
    onUncounted: (error) => {
      observer.error('losses_uncounted', error);
    },
  });
  let refreshing: Promise<void> | undefined;
  const housekeeping = setInterval(() => {
    observer.summarise();
    refreshing ??= refreshExecutions(redis, observer, nowSec(), () => governor.idle())
      .catch((error: unknown) => {
        logger.debug({ err: error }, 'execution gauges were not refreshed');
      })
      .finally(() => (refreshing = undefined));
  }, HOUSEKEEPING_MS);
  const { planMaxAgeSec, claimIdleSec } = config;
  try {
    await runPlanLoop({ consumer, governor, observer, losses, planMaxAgeSec, claimIdleSec, nowSec, onRound, stopping });
  } finally {
    clearInterval(housekeeping);
  }
  observer.summarise();
}

/** The role `annotate`: adds hints to another governor's permits until told to stop. */
async function annotate({ connect, metrics, logger, policy, ...parts }: Parts): Promise<void> {
  const { config, redis } = parts;
  const subscriber = redis.isCluster ? undefined : connect('governor-plugin:subscriber');
  const observer = new AnnotateObserver(metrics, logger, config.applyMode);
  const db = 'db' in redis.options ? (redis.options.db ?? 0) : 0;
  await runAnnotator({ ...parts, decorators: () => policy().decorators, observer, subscriber, db });
  subscriber?.disconnect();
}

/** Waits for `work`, but not beyond the order to stop. */
async function orStopped(work: Promise<unknown>, stopping: AbortSignal): Promise<void> {
  stopping.throwIfAborted();
  const stopped = new Promise<never>((_resolve, reject) => {
    stopping.addEventListener('abort', () => {
      reject(new Error('stopped before Redis was there'));
    });
  });
  await Promise.race([work, stopped]);
}
