import { systemClock } from '@quantum/clock';
import type { PolicyStep } from '@quantum/efficiency-policy';
import { startMetricsServer, type MetricsServer, type Readiness } from '@quantum/metrics';
import { createPolicySource, loadPolicy, sha256 } from '@quantum/policy';
import { connectRedis, ServerWatch, type ConnectionEvents, type Redis } from '@quantum/redis-io';
import { SERVICE_VARIABLES } from '@quantum/service-config';
import {
  createLogger,
  loadConfig,
  logConfig,
  redisAddress,
  type ConfigOf,
  type Environment,
  type LoadedConfig,
} from '@quantum/service-kit';
import type { HostConfig, HostMetrics, HostVariables, ServiceDefinition, ServiceParts, Work } from './definition.js';
import { logOutages } from './log-outages.js';
import type { ServiceContext } from './run-service.js';
import { serverCheck } from './server-check.js';
import { createSystemdNotifier } from './systemd.js';

/** A service that runs. */
export interface RunningService {
  /** Where /metrics, /healthz and /readyz are. */
  readonly metricsUrl: string;
  readonly stop: () => Promise<void>;
}

/** A service as `runService` takes it. */
export interface HostedService<D extends HostVariables> {
  readonly name: string;
  /** Reads the environment and the policy file that it names. @throws ConfigError */
  readonly load: (env: Environment) => LoadedConfig<D>;
  /** @throws ConfigError; Error where the port for metrics is taken, or what `Work.start` throws. */
  readonly start: (context: ServiceContext) => Promise<RunningService>;
}

/** The compiler does not see it through a type parameter. */
const hostConfigOf = <D extends HostVariables>(config: ConfigOf<D>): HostConfig => config as unknown as HostConfig;

/** Of a service that decides by no policy. */
const emptyStep = <P>(): PolicyStep<P> => ({ names: {}, checks: [], base: {} as P, common: {}, hash: sha256 });

/**
 * Makes a process of a service. The host reads the configuration, serves metrics and probes, connects to Redis and
 * watches it, keeps the policy, reports to systemd that the service stops, and closes everything in the end. The
 * service does the work.
 */
export function hostService<D extends HostVariables, M extends HostMetrics, P extends object>(
  service: ServiceDefinition<D, M, P>,
): HostedService<D> {
  const { name, definition, step } = service;
  const policyOf = (config: ConfigOf<D>) => ({
    file: hostConfigOf(config).policyFile,
    step: step?.(config) ?? emptyStep<P>(),
  });
  const load = (env: Environment): LoadedConfig<D> => {
    const loaded = loadConfig(definition, env, SERVICE_VARIABLES);
    const policy = policyOf(loaded.config);
    loadPolicy(policy.file, policy.step);
    return loaded;
  };
  const start = async ({ env, stopping }: ServiceContext): Promise<RunningService> => {
    const loaded = loadConfig(definition, env, SERVICE_VARIABLES);
    const { logLevel, metricsMaxSymbols } = hostConfigOf(loaded.config);
    const logger = createLogger({ name, level: logLevel });
    logConfig(logger, loaded);
    const metrics = service.metrics({ maxSymbols: metricsMaxSymbols });
    const policies = createPolicySource({ ...policyOf(loaded.config), logger, metrics });
    const systemd = createSystemdNotifier(env, {
      onError: (error) => {
        logger.warn({ err: error }, 'systemd could not be notified');
      },
    });
    stopping.addEventListener('abort', () => {
      systemd.stopping();
    });
    const host = { config: loaded.config, clock: systemClock, logger, metrics, policies, systemd, stopping };
    return startWork(service, host);
  };
  return { name, load, start };
}

/** What there is before a service is connected. */
type Unconnected<D extends HostVariables, M extends HostMetrics, P extends object> = Omit<
  ServiceParts<D, M, P>,
  'redis' | 'connect' | 'watch' | 'checkServer'
>;

/** Connects, serves probes, then starts the work. What fails closes everything. */
async function startWork<D extends HostVariables, M extends HostMetrics, P extends object>(
  { name, build }: ServiceDefinition<D, M, P>,
  host: Unconnected<D, M, P>,
): Promise<RunningService> {
  const { logger, metrics, policies, stopping } = host;
  const config = hostConfigOf(host.config);
  const connections: Redis[] = [];
  let events: ConnectionEvents = {};
  let server: MetricsServer | undefined;
  const connect = (connectionName: string): Redis => {
    const redis = connectRedis(redisAddress(config), connectionName, {
      onError: (error) => events.onError?.(error),
      onReady: () => events.onReady?.(),
    });
    connections.push(redis);
    return redis;
  };
  const close = async (): Promise<void> => {
    policies.stop();
    for (const redis of connections) redis.disconnect();
    await server?.close();
  };

  try {
    const redis = connect(name);
    const watch = new ServerWatch(redis, { logger, metrics });
    const checkServer = serverCheck(redis, logger);
    const work = build({ ...host, redis, connect: (role) => connect(`${name}:${role}`), watch, checkServer });
    events = work.connection ?? logOutages(logger); // none can have happened yet
    void watch.run(stopping);
    const { metricsHost, metricsPort } = config;
    const readiness = (): Readiness => readinessOf(work, watch, stopping);
    server = await startMetricsServer({ host: metricsHost, port: metricsPort, registry: metrics.registry, readiness });
    logger.info({ url: server.url }, 'metrics are served');
    await work.start(server.url);
    return { metricsUrl: server.url, stop: () => (work.stop?.() ?? Promise.resolve()).finally(close) };
  } catch (error) {
    await close();
    throw error;
  }
}

function readinessOf(work: Work, watch: ServerWatch, stopping: AbortSignal): Readiness {
  if (stopping.aborted) return { ready: false, reason: 'stopping' };
  const own = work.readiness();
  const problem = own.ready ? watch.clockProblem : undefined;
  return problem === undefined ? own : { ready: false, reason: problem };
}
