import { afterEach, expect, it } from '@jest/globals';
import { startPrivateCluster } from '@quantum/private-redis';
import { connectRedis, runBatch, serverVersion, untilReady } from './index.js';

/** What is to be stopped, the last first. */
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

it('connects while one of its masters hangs, whichever node the client asks first, and tells the version', async () => {
  const cluster = await startPrivateCluster();
  ends.push(() => cluster.stop());
  const down = await cluster.ownerOf('key');
  cluster.masters[(down + 1) % 3]?.pause();
  const connections = Array.from({ length: 12 }, () => {
    const redis = connectRedis({ url: cluster.url, host: '', port: 0, db: 0 }, 'test');
    ends.push(() => {
      redis.disconnect();
    });
    return redis;
  });
  await Promise.all(connections.map(untilReady));
  const replies = await Promise.all(connections.map((redis) => runBatch(redis, [['set', 'key', 'x']])));
  expect(replies).toEqual(connections.map(() => [{ ok: true, value: 'OK' }]));
  const versions = await Promise.all(connections.map(serverVersion));
  expect(versions).toEqual(connections.map(() => expect.objectContaining({ product: expect.any(String) })));
});
