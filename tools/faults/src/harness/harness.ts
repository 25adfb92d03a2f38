import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { startPrivateRedis, type PrivateRedis } from '@quantum/private-redis';
import type { AppName } from '@quantum/service-config';
import { startService as startBuilt, until, withCleanUp, type Service as BuiltService } from '@quantum/testbed';
import { Redis, type Cluster } from 'ioredis';
import type { Context } from '../scenario.js';
import { startProxy, type Proxy } from './proxy.js';

/** Maximum time until a service is ready after its start or after a fault, ms. */
export const READY_TIMEOUT_MS = 20_000;

export interface Service extends BuiltService {
  /** Whether it was ready in time. */
  untilReady: () => Promise<boolean>;
}

/** The test harness of a scenario: a private Redis, a proxy to it that can be disturbed, and services. */
export interface Harness {
  redis: PrivateRedis;
  /** A direct connection that no proxy disturbs. It never queues and never gives up. */
  client: Redis;
  /** One more direct connection, for commands that must not wait behind the others. */
  connect: () => Promise<Redis>;
  proxy: Proxy;
  startService: (app: AppName, env: Readonly<Record<string, string>>) => Service;
}

export interface HarnessOptions {
  redisConfig?: Record<string, string>;
}

/** Sets up a test harness, runs the scenario on it, and clears it away in any case. */
export const withHarness = <T>(
  context: Context,
  options: HarnessOptions,
  play: (harness: Harness) => Promise<T>,
): Promise<T> =>
  withCleanUp(async (keep) => {
    const redis = keep(await startPrivateRedis({ config: options.redisConfig ?? {} }), (server) => server.stop());
    const connect = async (): Promise<Redis> => keep(await openClient(redis.socketPath), disconnect);
    const proxy = keep(await startProxy(redis.socketPath), ({ close }) => close());
    const url = `redis://127.0.0.1:${proxy.port}`;
    const startService: Harness['startService'] = (app, env) =>
      keep(launch(context, app, { REDIS_URL: url, ...env }), (service) => service.stop());
    return play({ redis, client: await connect(), connect, proxy, startService });
  });

export const disconnect = (client: Redis | Cluster): void => {
  client.disconnect();
};

async function openClient(path: string): Promise<Redis> {
  const client = new Redis({
    path,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    disconnectTimeout: 100,
    retryStrategy: () => 20,
  });
  client.on('error', () => undefined);
  await once(client, 'ready');
  return client;
}

let launched = 0;

/** Starts a built service with a log of its own. */
export function launch(context: Context, app: AppName, env: Record<string, string>): Service {
  const mainFile = join(context.appsFolder, app, 'main.js');
  if (!existsSync(mainFile)) throw new Error(`${app} is not built: there is no ${mainFile}`);
  launched += 1;
  const logFile = join(context.folder, `${app}-${launched}.log`);
  const service = startBuilt({ name: app, mainFile, env: { LOG_LEVEL: 'debug', ...env }, logFile });
  const untilReady = () => until(async () => (await service.notReady()) === undefined, READY_TIMEOUT_MS);
  return Object.assign(service, { untilReady });
}
