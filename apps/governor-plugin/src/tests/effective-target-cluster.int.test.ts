import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startPrivateCluster, type PrivateCluster } from '@quantum/private-redis';
import { connectRedis, untilReady, type Redis } from '@quantum/redis-io';
import {
  budgetKey,
  decidedKey,
  disarmKey,
  efficiencyKey,
  HALT_KEY,
  KILL_KEY,
  lastExecKey,
  positionKey,
  ROLLOUT_EPOCH_KEY,
  rolloutMultiplierKey,
  STREAMS,
  targetKey,
  utcDate,
  windowKey,
} from '@quantum/redis-schemas';
import { waitFor } from '@quantum/testing';
import { Cluster } from 'ioredis';
import { countBatches } from './batches.test-support.js';
import { harness, NOW_SEC, type Client } from './governor-harness.test-support.js';

let cluster: PrivateCluster;
let redis: Redis;
beforeAll(async () => {
  cluster = await startPrivateCluster();
  redis = connectRedis({ url: cluster.url, host: '', port: 6379, db: 0 }, 'test');
  await untilReady(redis);
});
afterAll(async () => {
  redis.disconnect();
  await cluster.stop();
});

/** The fields that count of a multiplier of epoch 7. */
const multiplier = (value: number) => ({
  multiplier: value, direction: 'both', epoch: 7, expires_at: Math.floor(Date.now() / 1000) + 600,
}); // prettier-ignore
const SYMBOLS = Array.from({ length: 20 }, (_, i) => `S${i}`);

/** Round trips to each master while opens of all symbols are decided, which ask all masters in every step. */
async function roundTrips(prefix: string, env: Record<string, string>) {
  if (!(redis instanceof Cluster)) throw new Error('not a Cluster');
  const governor = await harness(redis as unknown as Client, { GOV_SYMBOL_COOLDOWN_SECONDS: '0', ...env });
  await governor.decide({ planId: `${prefix}-warm` }); // the scripts are loaded on the masters that it asks
  await governor.decide(
    ...SYMBOLS.map((symbol) => ({ planId: `${prefix}-warm-${symbol}`, symbol: `${prefix}${symbol}` })),
  );
  for (const symbol of SYMBOLS) await governor.plan({ planId: `${prefix}-${symbol}`, symbol });
  const counts = redis.nodes('master').map((node) => countBatches(node));
  const stopCounting = () => counts.map((count) => count());
  const batches = await governor.serve().then(stopCounting, (error: unknown) => {
    stopCounting();
    throw error;
  });
  const records = await Promise.all(SYMBOLS.map((symbol) => governor.record(`${prefix}-${symbol}`)));
  return {
    batches,
    isWhole: records.every((record) => record?.permit),
    multipliers: records.map((record) => record?.inputs['allocation_multiplier']),
  };
}

/** As above, of a time when every master answered in time: on a busy machine one may not. Its plans then wait. */
async function undisturbedRoundTrips(prefix: string, env: Record<string, string>) {
  let attempt = 0;
  const measured = async () => {
    const trips = await roundTrips(`${prefix}${attempt++}`, env);
    return trips.isWhole ? trips : undefined;
  };
  return waitFor(measured, { what: 'all plans to be decided in one round' });
}

it('on a Cluster, effective targets add no round trip to any master', async () => {
  await redis.set(ROLLOUT_EPOCH_KEY, 7);
  for (const symbol of SYMBOLS) {
    await redis.hset(targetKey(symbol), { target_usd: 1e6, mode: 'enforce', timestamp: NOW_SEC });
    await redis.hset(rolloutMultiplierKey(symbol), multiplier(0.9));
  }
  const live = await undisturbedRoundTrips('live', {});
  const effective = await undisturbedRoundTrips('effective', { GOV_ALLOCATION_TARGET: 'effective' });
  expect(effective.multipliers).toEqual(SYMBOLS.map(() => 0.9));
  expect(effective.batches).toEqual(live.batches);
});

it('on a Cluster whose master of the epoch is down, an open is decided with the base target', async () => {
  const symbol = 'ONE';
  const own = [budgetKey, targetKey, positionKey, lastExecKey, windowKey, efficiencyKey].map((key) => key(symbol));
  const common = [STREAMS.plans, STREAMS.budgetViolation, KILL_KEY, HALT_KEY, disarmKey(utcDate(NOW_SEC))];
  for (const key of [...own, ...common, decidedKey('one'), rolloutMultiplierKey(symbol)])
    await cluster.migrateSlot(await cluster.slotOf(key), 0);
  await cluster.migrateSlot(await cluster.slotOf(ROLLOUT_EPOCH_KEY), 2);
  await redis.hset(targetKey(symbol), { target_usd: 1e6, mode: 'enforce', timestamp: NOW_SEC });
  await redis.hset(rolloutMultiplierKey(symbol), multiplier(0));
  const governor = await harness(redis as unknown as Client, { GOV_ALLOCATION_TARGET: 'effective' });
  await cluster.kill(2);
  await governor.plan({ planId: 'one', symbol });
  await governor.serve();
  const used = { allocation_base_usd: 1e6, allocation_multiplier: 1, allocation_multiplier_why: 'unreadable' };
  expect(await governor.record('one')).toMatchObject({ outcome: 'permit', inputs: used });
});
