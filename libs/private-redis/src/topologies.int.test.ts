import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { Cluster, Redis } from 'ioredis';
import { findRedisServer, startPrivateCluster, startPrivateRedis, startPrivateSentinel } from './index.js';
import type { PrivateRedis } from './index.js';

// Without an installed server, the first search downloads one.
beforeAll(() => findRedisServer(), 300_000);

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

function client<T extends Redis | Cluster>(redis: T): T {
  redis.on('error', () => undefined);
  cleanups.push(() => {
    redis.disconnect();
  });
  return redis;
}

const expectNothingLeft = (servers: readonly PrivateRedis[]): void => {
  expect(servers.map(({ pid, dir }) => [pid, existsSync(dir)])).toEqual(servers.map(() => [0, false]));
};

describe('a server with TLS', () => {
  it('accepts a client with a certificate, and no other', async () => {
    const server = await startPrivateRedis({ tls: true });
    cleanups.push(() => server.stop());
    const { ca = '', clientCert = '', clientKey = '' } = server.certificates ?? {};
    const tls = { ca: readFileSync(ca), cert: readFileSync(clientCert), key: readFileSync(clientKey) };
    const options = { disconnectTimeout: 100, maxRetriesPerRequest: 0 };
    expect(await client(new Redis(server.url, { ...options, tls })).ping()).toBe('PONG');
    await expect(client(new Redis(server.url, { ...options, tls: { ca: tls.ca } })).ping()).rejects.toThrow();
  });
});

describe('a private sentinel', () => {
  it('fails over on request and when the master dies, and leaves nothing behind', async () => {
    const sentinel = await startPrivateSentinel({ replicas: 2 });
    cleanups.push(() => sentinel.stop());
    const first = await sentinel.master();
    expect(first).toBe(sentinel.servers[0]);
    const second = await sentinel.failover();
    expect(second).not.toBe(first);
    await second.kill();
    expect(await sentinel.masterOtherThan(second)).not.toBe(second);
    await sentinel.stop();
    expectNothingLeft([...sentinel.servers, ...sentinel.sentinels]);
  });
});

describe('a private cluster', () => {
  it('serves every slot, moves one with its keys, and leaves one half moved', async () => {
    const cluster = await startPrivateCluster();
    cleanups.push(() => cluster.stop());
    const redis = client(new Cluster(cluster.masters.map(({ port }) => ({ host: '127.0.0.1', port }))));
    await redis.set('key', '1');
    const slot = await cluster.slotOf('key');
    const to = ((await cluster.ownerOf('key')) + 1) % 3;
    await cluster.migrateSlot(slot, to);
    expect(await cluster.ownerOf('key')).toBe(to);
    expect(await redis.get('key')).toBe('1');

    await cluster.migrateSlot(slot, (to + 1) % 3, 'half');
    expect(await cluster.ownerOf('key')).toBe(to);
    expect(await redis.get('key')).toBe('1');
    const source = client(new Redis(cluster.masters[to]?.url ?? ''));
    await expect(source.get('absent{key}')).rejects.toThrow(/^ASK /);
    expect(await redis.get('absent{key}')).toBeNull();
    await cluster.stop();
    expectNothingLeft(cluster.masters);
  });

  it('loses the slots of a master that dies, and no others', async () => {
    const cluster = await startPrivateCluster();
    cleanups.push(() => cluster.stop());
    const dead = await cluster.ownerOf('key');
    await cluster.kill(dead);
    const other = client(new Redis(cluster.masters[(dead + 1) % 3]?.url ?? ''));
    await expect(other.get('key')).rejects.toThrow(/^MOVED|^CLUSTERDOWN/);
    expect(await other.cluster('INFO')).toContain('cluster_state:ok');
  });

  it('promotes a replica if there is one', async () => {
    const cluster = await startPrivateCluster({ replicas: 1 });
    cleanups.push(() => cluster.stop());
    const redis = client(new Cluster(cluster.masters.map(({ port }) => ({ host: '127.0.0.1', port }))));
    await redis.set('key', '1');
    const owner = await cluster.ownerOf('key');
    const master = redis.nodes('master').find(({ options }) => options.port === cluster.masters[owner]?.port);
    expect(await master?.wait(1, 0)).toBe(1); // of the connection that wrote: WAIT of the Cluster asks any master
    await cluster.kill(owner);
    expect(await redis.get('key')).toBe('1');
  });
});
