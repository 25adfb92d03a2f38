import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startPrivateRedis, type PrivateRedis } from '@quantum/private-redis';
import { permitKey } from '@quantum/redis-schemas';
import { Redis } from 'ioredis';
import { consumePermits, endTogether, startSocketProxy } from './index.js';

const folder = mkdtempSync(join(tmpdir(), 'proxy-'));
let server: PrivateRedis;
beforeAll(async () => {
  server = await startPrivateRedis();
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

describe('a socket proxy', () => {
  const path = join(folder, 'proxy.sock');
  it.each([
    ['on a port', undefined],
    ['at a path', { path }],
  ])('%s forwards the data, and closes every connection when it closes', async (_where, at) => {
    let bytes = 0;
    const proxy = await startSocketProxy(
      server.socketPath,
      (client, upstream) => {
        endTogether(client, upstream);
        client.on('data', (chunk) => (bytes += chunk.length));
        client.pipe(upstream);
        upstream.pipe(client);
      },
      at,
    );
    const options = { retryStrategy: () => null, maxRetriesPerRequest: 0 };
    const redis = at ? new Redis({ path, ...options }) : new Redis(proxy.port, options);
    redis.on('error', () => undefined);
    expect(await redis.ping()).toBe('PONG');
    expect(bytes).toBeGreaterThan(0);
    await proxy.close();
    await expect(redis.ping()).rejects.toThrow();
    expect(existsSync(path)).toBe(false);
  });
});

describe('consuming permits', () => {
  it('returns each once, with the time at which it was set', async () => {
    const redis = new Redis(server.url);
    const beforeMs = Date.now();
    await redis.set(permitKey('p1'), '{}', 'EX', 60);
    const [permit] = await consumePermits(redis, ['p0', 'p1']);
    expect(permit).toMatchObject({ planId: 'p1', json: '{}' });
    expect(permit?.setMs).toBeGreaterThanOrEqual(beforeMs);
    expect(permit?.setMs).toBeLessThanOrEqual(Date.now());
    expect(await consumePermits(redis, ['p0', 'p1'])).toEqual([]);
    expect(await consumePermits(redis, [])).toEqual([]);
    redis.disconnect();
  });
});
