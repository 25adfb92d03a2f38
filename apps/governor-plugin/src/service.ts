import type { DecisionPolicy } from '@quantum/decisions';
import { systemClock } from '@quantum/clock';
import type { HintParameters } from '@quantum/efficiency-policy';
import { createGovernorMetrics, startMetricsServer, type GovernorMetrics } from '@quantum/metrics';
import {
  createPolicySource,
  gateSettings,
  hintStep,
  keepLimits,
  keepParameters,
  nameLimits,
  type PolicySource,
} from '@quantum/policy';
import { connectRedis, ServerWatch, untilReady, type Redis } from '@quantum/redis-io';
import {
  createLogger,
  createSystemdNotifier,
  InvalidReadings,
  loadConfig,
  logConfig,
  redisAddress,
  type Logger,
  type ServiceContext,
} from '@quantum/service-kit';
import { annotate } from './annotate/role.js';
import { decisionPolicy, governorDefinition, type GovernorConfig } from './config.js';
import { checkBeforeStart } from './intake/start-checks.js';
import { issue } from './issue.js';
import { Health } from './observe/health.js';

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
  const health = new Health(logger, createSystemdNotifier(env, { onError }), systemClock);
  const connections = await openConnections(config, { logger, metrics, health });
  const { redis, blocking, connect, watch, server } = connections;
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
  const policy = policyInForce(config, hints, logger);
  const onRound = (error?: Error): void => {
    if (error) health.failed(error);
    else health.roundEnded();
  };
  const parts = { config, clock: systemClock, metrics, logger, redis, blocking, onRound, stopping };
  const served =
    config.role === 'annotate'
      ? annotate({ ...parts, connect, decorators: () => policy().decorators })
      : issue({ ...parts, policy });

  return {
    metricsUrl: server.url,
    stop: async () => {
      await served;
      await close();
    },
  };
}

/** What is connected before Redis answers. */
interface Connections {
  redis: Redis;
  /** For reads that block. */
  blocking: Redis;
  /** Opens another. */
  connect: (name: string) => Redis;
  watch: ServerWatch;
  server: Awaited<ReturnType<typeof startMetricsServer>>;
}

/** Serves metrics and probes, then connects. @throws Error where the port is taken. */
async function openConnections(
  config: GovernorConfig,
  { logger, metrics, health }: { logger: Logger; metrics: GovernorMetrics; health: Health },
): Promise<Connections> {
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
  return { redis, blocking, connect, watch, server };
}

/** The policy that decides now; a file that is changed takes effect by itself. */
function policyInForce(
  config: GovernorConfig,
  hints: PolicySource<HintParameters>,
  logger: Logger,
): () => DecisionPolicy {
  const invalidReadings = new InvalidReadings(logger);
  let policy = decisionPolicy(config, hints.current(), invalidReadings);
  hints.onReload((book) => {
    policy = decisionPolicy(config, book, invalidReadings);
  });
  return () => policy;
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
