import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { createProposerMetrics } from '@quantum/metrics';
import { untilReady } from '@quantum/redis-io';
import { ConfigError, defineConfig, port, sharedVariables, text } from '@quantum/service-kit';
import { endTogether, startSocketProxy } from '@quantum/testbed';
import { useRedis, waitFor } from '@quantum/testing';
import { hostService, UnsupportedRedisError, type RunningService, type ServiceParts, type Work } from './index.js';

const definition = defineConfig({
  ...sharedVariables,
  METRICS_PORT: port({ property: 'metricsPort', describe: 'Port', default: '0', anyFree: true }),
  P31_POLICY_FILE: text({ property: 'policyFile', describe: 'Policy' }),
});
type Parts = ServiceParts<typeof definition.variables, ReturnType<typeof createProposerMetrics>, object>;

const file = useRedis();
let abort = new AbortController();
let running: RunningService | undefined;
afterEach(async () => {
  jest.restoreAllMocks();
  abort.abort();
  await running?.stop();
  running = undefined;
  abort = new AbortController();
});

const example = (build: (parts: Parts) => Partial<Work>) =>
  hostService({
    name: 'example',
    definition,
    metrics: createProposerMetrics,
    build: (parts) => ({
      readiness: () => ({ ready: true }),
      start: () => undefined,
      ...build(parts),
    }),
  });
async function start(
  build: (parts: Parts) => Partial<Work>,
  env: Record<string, string> = {},
): Promise<RunningService> {
  const context = { env: { REDIS_URL: file.server.url, LOG_LEVEL: 'fatal', ...env }, stopping: abort.signal };
  return (running = await example(build).start(context));
}
const readyz = async ({ metricsUrl }: Pick<RunningService, 'metricsUrl'>): Promise<string> => {
  const response = await fetch(`${metricsUrl}/readyz`);
  return `${response.status} ${await response.text()}`;
};
const connectionNames = async (): Promise<string[]> => {
  const list = (await file.redis().client('LIST')) as string;
  return [...list.matchAll(/ name=(example\S*)/g)].map(([, name]) => name ?? '').sort();
};
const gone = () =>
  waitFor(async () => (await connectionNames()).length === 0, { what: 'the connections to be closed' });

describe('a service', () => {
  it('has named connections, metrics and readiness, and leaves none of them behind', async () => {
    const service = await start(({ redis, connect }) => {
      const reader = connect('reader');
      return { start: () => Promise.all([untilReady(redis), untilReady(reader)]).then(() => undefined) };
    });
    expect(await connectionNames()).toEqual(['example', 'example:reader']);
    expect(await readyz(service)).toBe('200 ready\n');
    expect(await (await fetch(`${service.metricsUrl}/metrics`)).text()).toContain('p31_policy_file_ok 1');
    await service.stop();
    running = undefined;
    await gone();
    await expect(fetch(service.metricsUrl)).rejects.toThrow('fetch failed');
  });

  it('is as ready as its work says, from before it begins, and unready once it is to stop', async () => {
    let whileStarting = '';
    const service = await start(() => ({
      readiness: () => ({ ready: false, reason: 'nothing was done yet' }),
      start: async (metricsUrl) => {
        whileStarting = await readyz({ metricsUrl });
      },
    }));
    expect(whileStarting).toBe('503 nothing was done yet\n');
    abort.abort();
    expect(await readyz(service)).toBe('503 stopping\n');
  });

  it('is unready while our clock and that of Redis differ', async () => {
    const realNow = Date.now;
    jest.spyOn(Date, 'now').mockImplementation(() => realNow() + 10_000);
    const service = await start(({ redis, watch }) => ({
      start: async () => {
        await untilReady(redis);
        await watch.check();
      },
    }));
    expect(await readyz(service)).toMatch(/^503 our clock is (9\.\d|10\.\d) s ahead of the clock of Redis\n$/);
  });

  it('ends whole where its work does not begin', async () => {
    const failing = start(({ redis }) => ({
      start: async () => {
        await untilReady(redis);
        throw new Error('no work');
      },
    }));
    await expect(failing).rejects.toThrow('no work');
    await gone();
  });

  it('leaves no connection where its port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port: taken } = other.address() as AddressInfo;
    await expect(start(() => ({}), { METRICS_PORT: String(taken) })).rejects.toThrow(/in use by another process/);
    await gone();
    other.close();
  });

  it('refuses a policy file that is none, before it starts and when it is only checked', async () => {
    const policyFile = join(file.server.dir, 'policy.json');
    writeFileSync(policyFile, '{');
    const env = { P31_POLICY_FILE: policyFile };
    await expect(start(() => ({}), env)).rejects.toThrow(ConfigError);
    expect(() => example(() => ({})).load(env)).toThrow(ConfigError);
    expect(example(() => ({})).load({}).config.logLevel).toBe('info');
  });
});

describe('the check of the server', () => {
  const helloCount = async (): Promise<number> =>
    Number(/cmdstat_hello:calls=(\d+)/.exec(await file.redis().info('commandstats'))?.[1] ?? 0);

  it('asks until it knows, and then no more', async () => {
    let check = (): Promise<void> => Promise.resolve();
    await start(({ redis, checkServer }) => {
      check = checkServer;
      return {
        start: async () => {
          await expect(checkServer()).rejects.toThrow('Redis is not connected (');
          await untilReady(redis);
          await checkServer();
        },
      };
    });
    const before = await helloCount();
    await check();
    expect(await helloCount()).toBe(before);
  });

  it('fails for a server older than 7.0', async () => {
    const socketProxy = await startSocketProxy(file.server.socketPath, (client, server) => {
      endTogether(client, server);
      client.pipe(server);
      server.on('data', (data: Buffer) => client.write(data.toString('latin1').replace(/(version\r\n\$\d+\r\n)\d/, '$16'), 'latin1')); // prettier-ignore
    });
    try {
      const build = ({ redis, checkServer }: Parts) => ({
        start: async () => {
          await untilReady(redis);
          await checkServer();
        },
      });
      const failing = start(build, { REDIS_URL: `redis://127.0.0.1:${socketProxy.port}` });
      await expect(failing).rejects.toThrow(UnsupportedRedisError);
      await expect(failing).rejects.toThrow(
        /^(Redis|Valkey) 6\.\S+ is too old: Redis 7\.0 or newer, or Valkey, is needed$/,
      );
    } finally {
      await socketProxy.close();
    }
  });
});
