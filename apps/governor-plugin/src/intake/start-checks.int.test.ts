import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { blockKey, disarmKey, GOVERNOR_GROUP, lastExecKey, permitKey, STREAMS, utcDate } from '@quantum/redis-schemas';
import { addPlan, useRedis, waitFor, waitForKey } from '@quantum/testing';
import { useServices } from '../tests/service.test-support.js';

const file = useRedis();
const { redis } = file;
const start = useServices(file);
const metricsOf = async (metricsUrl: string) => (await (await fetch(`${metricsUrl}/metrics`)).text()).split('\n');

async function blockOf(planId: string): Promise<unknown> {
  await waitForKey(redis(), blockKey(planId));
  return JSON.parse((await redis().get(blockKey(planId))) ?? '');
}

afterEach(async () => {
  await redis().config('SET', 'maxmemory-policy', 'noeviction');
  jest.restoreAllMocks();
});

describe('a Redis that may evict keys', () => {
  it('keeps a governor from starting in production', async () => {
    await redis().config('SET', 'maxmemory-policy', 'allkeys-lru');
    await expect(start({ APPLY_MODE: 'production' })).rejects.toThrow(
      /Redis may evict keys.*Set maxmemory-policy to noeviction \(it is allkeys-lru\)/,
    );
  });

  it.each([{ APPLY_MODE: 'testnet' }, { APPLY_MODE: 'production', GOVERNOR_ROLE: 'annotate' }])(
    'is counted otherwise: %j',
    async (env) => {
      await redis().config('SET', 'maxmemory-policy', 'allkeys-lru');
      const { metricsUrl } = await start(env);
      expect(await metricsOf(metricsUrl)).toContain('p32_redis_evicts 1');
    },
  );

  it('is not one with noeviction: production starts', async () => {
    const { metricsUrl } = await start({ APPLY_MODE: 'production' });
    expect(await metricsOf(metricsUrl)).toContain('p32_redis_evicts 0');
  });
});

describe('dry_run, which grants everything', () => {
  const DRY_RUN = { APPLY_MODE: 'dry_run' };
  const join = (group: string) => redis().xgroup('CREATE', STREAMS.plans, group, '0', 'MKSTREAM');

  it('does not start while other groups read the plan stream', async () => {
    await join('executor');
    await expect(start(DRY_RUN)).rejects.toThrow(
      /dry_run issues a permit for every plan.*executor \(0 consumers\).*GOV_DRY_RUN_BESIDE_OTHERS=true/,
    );
  });

  it.each([
    { ...DRY_RUN, GOV_DRY_RUN_BESIDE_OTHERS: 'true' },
    { ...DRY_RUN, GOVERNOR_ROLE: 'annotate' },
    { APPLY_MODE: 'testnet' },
  ])('starts beside them, or is not meant: %j', async (env) => {
    await join('executor');
    await expect(start(env)).resolves.toBeDefined();
  });

  it('starts beside groups of our own, and where there is no stream yet', async () => {
    const first = await start(DRY_RUN);
    await first.stop();
    await join('governor-annotate');
    await expect(start(DRY_RUN)).resolves.toBeDefined();
  });
});

it('a clock that differs from that of Redis makes the governor unready, and stops no work', async () => {
  const realNow = Date.now;
  jest.spyOn(Date, 'now').mockImplementation(() => realNow() + 10_000);
  const { metricsUrl } = await start();
  await addPlan(redis(), { now: realNow() / 1000, planId: 'p1', symbol: 'BTCUSDT', id: '*' });
  await waitForKey(redis(), permitKey('p1'));
  await waitFor(
    async () => {
      const response = await fetch(`${metricsUrl}/readyz`);
      return response.status === 503 && /our clock is .* s ahead of the clock of Redis/.test(await response.text());
    },
    { what: 'the reason' },
  );
  const skew = (await metricsOf(metricsUrl)).find((line) => line.startsWith('p32_clock_skew_seconds '));
  expect(Math.round(Number(skew?.split(' ')[1]))).toBe(10);
});

it('a governor whose clock is a day behind decides by the clock of Redis, as its replicas do', async () => {
  const realNow = Date.now;
  const nowSec = (): number => realNow() / 1000;
  jest.spyOn(Date, 'now').mockImplementation(() => realNow() - 86_400_000);
  await start();
  const symbol = 'BTCUSDT';
  await addPlan(redis(), { now: nowSec(), planId: 'fresh', symbol, id: '*' });
  await waitForKey(redis(), permitKey('fresh'));
  expect(Math.abs(Number(await redis().get(lastExecKey(symbol))) - nowSec())).toBeLessThan(60);

  await addPlan(redis(), { now: nowSec(), planId: 'again', symbol, id: '*' });
  expect(await blockOf('again')).toMatchObject({ reason: 'symbol_cooldown' });
  await redis().set(disarmKey(utcDate(nowSec())), '1');
  await addPlan(redis(), { now: nowSec(), planId: 'disarmed', symbol: 'ETHUSDT', id: '*' });
  expect(await blockOf('disarmed')).toMatchObject({ reason: 'disarmed' });
});

it('a governor whose clock is 2 min behind lets no plan be 2 min older', async () => {
  const realNow = Date.now;
  await redis().xgroup('CREATE', STREAMS.plans, GOVERNOR_GROUP, '0', 'MKSTREAM');
  await addPlan(redis(), { now: realNow() / 1000 - 150, planId: 'old', symbol: 'BTCUSDT' });
  jest.spyOn(Date, 'now').mockImplementation(() => realNow() - 120_000);
  await start();
  expect(await blockOf('old')).toMatchObject({ reason: 'plan_age' });
});
