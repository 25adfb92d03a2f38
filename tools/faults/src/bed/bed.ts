import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { startPrivateRedis, type PrivateRedis } from '@quantum/private-redis';
import { Redis } from 'ioredis';
import type { Context } from '../scenario.js';
import { startProcess, type Process } from './process.js';
import { startProxy, type Proxy } from './proxy.js';
import { until } from './until.js';

export type AppName = 'governor-plugin' | 'allocation-target';

/** How long a service may take to be ready after its start or after the end of a fault, ms. */
const READY_TIMEOUT_MS = 20_000;
const ANSWER_TIMEOUT_MS = 1000;

/** A running service, and what it says of itself. */
export interface Service {
  readonly process: Process;
  /** Asks /readyz: the reason where it is not ready, `undefined` where it is. @throws where it does not answer. */
  notReady: () => Promise<string | undefined>;
  /** Whether it was ready in time. */
  untilReady: () => Promise<boolean>;
  /** The text of /metrics. */
  metrics: () => Promise<string>;
}

/** What a scenario is played on: a Redis of its own, a way to it that can be disturbed, and services. */
export interface Bed {
  redis: PrivateRedis;
  /** A direct connection, which no proxy disturbs; it never queues and never gives up. */
  client: Redis;
  /** One more of the kind, for what must not wait behind the others. */
  connect: () => Promise<Redis>;
  proxy: Proxy;
  startService: (app: AppName, env: Readonly<Record<string, string>>) => Promise<Service>;
}

export interface BedOptions {
  redisConfig?: Record<string, string>;
}

/** Sets a bed up, plays on it, and clears it away whatever happens. */
export async function withBed<T>(context: Context, options: BedOptions, play: (bed: Bed) => Promise<T>): Promise<T> {
  const cleanUp: (() => Promise<unknown>)[] = [];
  try {
    const redis = await startPrivateRedis({ config: options.redisConfig ?? {} });
    cleanUp.push(() => redis.stop());
    const connect = async (): Promise<Redis> => {
      const client = await openClient(redis.socketPath);
      cleanUp.push(() => {
        client.disconnect();
        return Promise.resolve();
      });
      return client;
    };
    const proxy = await startProxy(redis.socketPath);
    cleanUp.push(() => proxy.close());
    const startService = async (app: AppName, env: Readonly<Record<string, string>>): Promise<Service> => {
      const url = `redis://127.0.0.1:${proxy.port}`;
      const service = await launch(context, app, { REDIS_URL: url, ...env });
      cleanUp.push(() => service.process.stop());
      return service;
    };
    return await play({ redis, client: await connect(), connect, proxy, startService });
  } finally {
    for (const step of cleanUp.reverse()) await step();
  }
}

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

async function launch(context: Context, app: AppName, env: Record<string, string>): Promise<Service> {
  const mainFile = join(context.appsFolder, app, 'main.js');
  if (!existsSync(mainFile)) throw new Error(`${app} is not built: there is no ${mainFile}`);
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  const process = startProcess(
    mainFile,
    { METRICS_PORT: String(port), LOG_LEVEL: 'debug', ...env },
    join(context.folder, `${app}-${port}.log`),
  );
  const ask = (path: string) => fetch(base + path, { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
  const notReady = async (): Promise<string | undefined> => {
    const response = await ask('/readyz');
    const text = (await response.text()).trim();
    return response.ok ? undefined : `${response.status} ${text}`;
  };
  return {
    process,
    notReady,
    untilReady: () => until(async () => (await notReady()) === undefined, READY_TIMEOUT_MS),
    metrics: async () => (await ask('/metrics')).text(),
  };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  await once(probe.close(), 'close');
  return port;
}
