import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startPrivateCluster, type PrivateCluster } from '@quantum/private-redis';
import { connectRedis, untilReady, type Redis } from '@quantum/redis-io';
import { efficiencyKey, positionKey, STREAMS, tickerKey } from '@quantum/redis-schemas';
import { waitFor } from '@quantum/testing';
import { brainService } from './service.js';

let cluster: PrivateCluster;
let redis: Redis;
beforeAll(async () => {
  cluster = await startPrivateCluster();
  redis = connectRedis({ url: cluster.url, host: '', port: 0, db: 0 }, 'test');
  await untilReady(redis);
});
afterAll(async () => {
  redis.disconnect();
  await cluster.stop();
});

it('waits in enforce for a master that hangs at the start: it may hold the hashes of another writer', async () => {
  const nowSec = Math.floor(Date.now() / 1000);
  await redis.hset(positionKey('S'), 'position_amt', 2, 'mark_price', 100, 'ts_epoch', nowSec);
  await redis.hset(tickerKey('S'), 'markPrice', 100, 'timestamp', nowSec * 1000);
  const key = efficiencyKey('S');
  await redis.hset(key, 'efficiency_score', 0.5, 'confidence', 1, 'ts', nowSec);
  const owner = cluster.masters[await cluster.ownerOf(key)];
  owner?.pause();
  const stopping = new AbortController();
  const fast = { P31_LOOP_SEC: '0.1', BRAIN_PERIOD_SEC: '0.2', P31_MODE: 'enforce' };
  const env = { ...fast, REDIS_URL: cluster.url, METRICS_PORT: '0', LOG_LEVEL: 'fatal' };
  const brain = await brainService.start({ env, stopping: stopping.signal }).finally(() => owner?.resume());
  const readiness = async () => (await fetch(`${brain.metricsUrl}/readyz`)).text();
  try {
    await waitFor(async () => (await readiness()).includes('another program writes'), { what: 'the refusal' });
    expect(await redis.exists(STREAMS.efficiencyDecision)).toBe(0);
    await redis.del(key);
    await waitFor(async () => (await redis.hget(key, 'version')) === 'brain_v1', { what: 'our hash' });
    await waitFor(async () => (await readiness()).startsWith('ready'), { what: 'the brain to be ready' });
  } finally {
    stopping.abort();
    await brain.stop();
  }
});
