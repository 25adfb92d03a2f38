import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startPrivateCluster, type PrivateCluster } from '@quantum/private-redis';
import { connectRedis, untilReady, type Redis } from '@quantum/redis-io';
import { ROLLOUT_EPOCH_KEY } from '@quantum/redis-schemas';
import { createTestRollout, Desk, multiplierOf, planOf, replayed, send, startTime, stateOf } from './test-rollout.test-support.js'; // prettier-ignore

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

it('goes through its stages over all slots, and back', async () => {
  const time = startTime();
  const symbols = Array.from({ length: 40 }, (_, i) => `S${i}`);
  const desk = new Desk(redis, time, await createTestRollout(cluster.url, time));
  desk.markets = Object.fromEntries(symbols.map((symbol) => [symbol, { baseUsd: 100 }]));
  const plan = planOf({ cohorts: { pilot: symbols.slice(0, 10), rest: symbols.slice(10) } });
  await desk.start(plan);
  await desk.until('done');
  await desk.cycles();
  const published = await Promise.all(symbols.map((symbol) => multiplierOf(redis, symbol)));
  expect(new Set(published.map(({ multiplier }) => multiplier))).toEqual(new Set(['0.95']));
  expect(await replayed(redis, plan.plan)).toMatchObject({ unverified: [], differences: [] });

  const epoch = Number(await redis.get(ROLLOUT_EPOCH_KEY));
  await send(redis, time, 'ben', 'rollback');
  await desk.cycles();
  expect((await stateOf(redis)).name).toBe('rolled_back');
  expect(await redis.get(ROLLOUT_EPOCH_KEY)).toBe(String(epoch + 1));
  expect((await Promise.all(symbols.map((symbol) => multiplierOf(redis, symbol)))).flatMap(Object.keys)).toEqual([]);
  expect(desk.rollout.problems).toEqual([]);
  desk.rollout.close();
});
