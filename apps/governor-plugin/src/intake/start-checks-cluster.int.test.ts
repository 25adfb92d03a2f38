import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startPrivateCluster, type PrivateCluster } from '@quantum/private-redis';
import { connectRedis, untilReady, type Redis } from '@quantum/redis-io';
import { GOVERNOR_GROUP, permitKey, STREAMS } from '@quantum/redis-schemas';
import { addPlanNow, waitFor, waitForKey } from '@quantum/testing';
import { governorService } from '../service.js';

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

/** Starts a governor while the master of the plan stream hangs. */
async function startWhileHung(own: Record<string, string> = {}) {
  const owner = cluster.masters[await cluster.ownerOf(STREAMS.plans)];
  owner?.pause();
  const stopping = new AbortController();
  const env = { REDIS_URL: cluster.url, METRICS_PORT: '0', LOG_LEVEL: 'fatal', ...own };
  const governor = await governorService.start({ env, stopping: stopping.signal }).finally(() => owner?.resume());
  return {
    readiness: async () => (await fetch(`${governor.metricsUrl}/readyz`)).text(),
    stop: async () => {
      stopping.abort();
      await governor.stop();
    },
  };
}

it('serves no plan beside another governor, also where the master of the stream hung at the start', async () => {
  const { plans } = STREAMS;
  await redis.xgroup('CREATE', plans, GOVERNOR_GROUP, '$', 'MKSTREAM');
  await redis.xadd(plans, '*', 'decision', 'SKIP');
  await redis.xreadgroup('GROUP', GOVERNOR_GROUP, 'old-governor', 'COUNT', 1, 'STREAMS', plans, '>');
  const { readiness, stop } = await startWhileHung();
  try {
    await waitFor(async () => (await readiness()).includes('another governor is active'), { what: 'the refusal' });
    await addPlanNow(redis, 'beside', { symbol: 'BTCUSDT', reduceOnly: true });
    expect(await redis.exists(permitKey('beside'))).toBe(0);
    await redis.xgroup('DELCONSUMER', plans, GOVERNOR_GROUP, 'old-governor');
    await waitForKey(redis, permitKey('beside'));
    await waitFor(async () => (await readiness()).includes('ready'), { what: 'the governor to be ready' });
  } finally {
    await stop();
  }
});

it('issues no permit in dry_run beside an executor, also where the master of the stream hung at the start', async () => {
  await redis.xgroup('CREATE', STREAMS.plans, 'executor', '$', 'MKSTREAM');
  const { readiness, stop } = await startWhileHung({ APPLY_MODE: 'dry_run' });
  try {
    await waitFor(async () => (await readiness()).includes('executor (0 consumers)'), { what: 'the refusal' });
    await addPlanNow(redis, 'dry', { symbol: 'BTCUSDT', reduceOnly: true });
    expect(await redis.exists(permitKey('dry'))).toBe(0);
    await redis.xgroup('DESTROY', STREAMS.plans, 'executor');
    await waitForKey(redis, permitKey('dry'));
  } finally {
    await stop();
  }
});

it('permits an exit that came up to ten seconds before a start at which a master hangs that it does not need', async () => {
  const home = await cluster.ownerOf(STREAMS.plans);
  const hung = cluster.masters[(home + 1) % 3];
  for (const key of ['quantum:kill', 'quantum:governor:halt', permitKey('soon')]) {
    await cluster.migrateSlot(await cluster.slotOf(key), home);
  }
  hung?.pause();
  await addPlanNow(redis, 'soon', { symbol: 'BTCUSDT', reduceOnly: true });
  const stopping = new AbortController();
  const env = { REDIS_URL: cluster.url, METRICS_PORT: '0', LOG_LEVEL: 'fatal', GOV_PLAN_MAX_AGE_SEC: '10' };
  const governor = await governorService.start({ env: { ...env, GOV_CLAIM_IDLE_SEC: '3' }, stopping: stopping.signal });
  try {
    await waitForKey(redis, permitKey('soon'));
  } finally {
    hung?.resume();
    stopping.abort();
    await governor.stop();
  }
});
