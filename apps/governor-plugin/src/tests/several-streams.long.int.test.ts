import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readRecord } from '@quantum/decisions';
import { startPrivateCluster, type PrivateCluster } from '@quantum/private-redis';
import { connectRedis, untilReady, type Redis } from '@quantum/redis-io';
import { blockKey, decidedKey, lostPlansKey, permitKey, STREAMS, windowKey } from '@quantum/redis-schemas';
import { addPlan, readStream, spawnApp, useRedis, waitFor, waitForEntry, waitForKey } from '@quantum/testing';
import { join } from 'node:path';
import { useServices } from './service.test-support.js';

const GROUP = 'governor';
const nowSec = () => Date.now() / 1000;
const streamOf = (shard: number) => `${STREAMS.plans}:{${shard}}`;
const STREAM_PLANS = [0, 1, 2].map(streamOf).join(',');

describe('several streams of plans', () => {
  const file = useRedis();
  const { redis } = file;
  const start = useServices(file);
  const untilAcknowledged = () =>
    waitFor(
      async () => {
        const groups = await Promise.all([0, 1, 2].map((shard) => redis().xinfo('GROUPS', streamOf(shard))));
        const rows = groups.flat() as unknown[][];
        return rows.every((row) => ['pending', 'lag'].every((name) => row[row.indexOf(name) + 1] === 0));
      },
      { what: 'every acknowledgement' },
    );

  it('are served by one governor, the default stream not', async () => {
    await start({ STREAM_PLANS });
    for (const shard of [0, 1, 2]) {
      await addPlan(redis(), { now: nowSec(), id: '*', planId: `p${shard}`, symbol: `S${shard}`, stream: streamOf(shard) });
    }
    for (const shard of [0, 1, 2]) await waitForKey(redis(), permitKey(`p${shard}`));
    expect(await redis().exists(STREAMS.plans)).toBe(0);
    await untilAcknowledged();
  }); // prettier-ignore

  it.each([
    ['at one id', 0],
    ['at ids of their own', 1],
  ])('decide a plan once that comes on two of them %s, though its symbols differ', async (_how, laterMs) => {
    const env = { STREAM_PLANS, GOV_CLAIM_IDLE_SEC: '0.2' };
    const atMs = Date.now();
    const idOf = (i: number, shard: number) => `${atMs + shard * laterMs}-${i + 1}`;
    // Each id many times, so that the members of one process and of another meet.
    const planIds = Array.from({ length: 50 }, (_, i) => `p${i}`);
    for (const [i, planId] of planIds.entries()) {
      for (const shard of [0, 1]) {
        const symbol = `S${i}-${shard}`;
        await addPlan(redis(), { now: 0, id: idOf(i, shard), planId, symbol, stream: streamOf(shard) });
      }
    }
    const governors = await Promise.all([start(env), start(env)]);
    for (const planId of planIds) await waitForKey(redis(), decidedKey(planId));
    await untilAcknowledged();
    for (const [i, planId] of planIds.entries()) {
      const record = readRecord((await redis().get(decidedKey(planId))) ?? '');
      expect(record?.outcome).toBe('permit');
      const counted = await Promise.all([0, 1].map((shard) => redis().zrange(windowKey(`S${i}-${shard}`), '0', '-1')));
      // Counted where it was granted, and nowhere else.
      expect(counted).toEqual([0, 1].map((shard) => (record?.symbol === `S${i}-${shard}` ? [planId] : [])));
    }
    const texts = await Promise.all(governors.map(async (one) => (await fetch(`${one.metricsUrl}/metrics`)).text()));
    const allowed = texts.join('\n').matchAll(/^quantum_govern_allow_total\{.*\} (\d+)$/gm);
    expect([...allowed].reduce((sum, [, count]) => sum + Number(count), 0)).toBe(planIds.length);
    expect(await readStream(redis(), STREAMS.deadletter)).toEqual([]);
  });

  it('name the stream of a dead letter and of lost plans, each counted by its own stream', async () => {
    const lose = async (shard: number) => {
      for (const planId of ['a', 'b', 'c']) {
        await addPlan(redis(), { now: nowSec(), id: '*', planId: planId + String(shard), stream: streamOf(shard) });
      }
      await redis().xgroup('CREATE', streamOf(shard), GROUP, '0');
      await redis().xreadgroup('GROUP', GROUP, 'governor-plugin:dead', 'STREAMS', streamOf(shard), '>');
      await redis().xtrim(streamOf(shard), 'MAXLEN', 1);
    };
    await lose(1);
    const id = await redis().xadd(streamOf(2), '*', 'symbol', 'S', 'decision', 'EXECUTE');
    await start({ STREAM_PLANS, GOV_CLAIM_IDLE_SEC: '0.05' });
    const letter = await waitForEntry(redis(), STREAMS.deadletter);
    expect(letter.fields).toMatchObject({ symbol: 'S', entry_id: id, stream: streamOf(2) });
    const lost = await waitForEntry(redis(), STREAMS.events, ({ event }) => event === 'PLANS_LOST');
    expect(lost.fields).toMatchObject({ count: '2', stream: streamOf(1) });
    expect(await redis().hget(lostPlansKey(streamOf(1)), 'total')).toBe('2');
    expect(await redis().hget(lostPlansKey(streamOf(2)), 'total')).not.toBe('2');
  });

  it('are all checked at the start: another governor on one of them keeps this one from starting', async () => {
    await redis().xgroup('CREATE', streamOf(2), GROUP, '0', 'MKSTREAM');
    await redis().xadd(streamOf(2), '*', 'plan_id', 'p', 'symbol', 'S');
    await redis().xreadgroup('GROUP', GROUP, 'py-1', 'STREAMS', streamOf(2), '>');
    await expect(start({ STREAM_PLANS })).rejects.toThrow(/another governor is active in the group governor: py-1/);
  });

  it('make a governor unready of which one cannot be served, and it serves the others', async () => {
    const { metricsUrl } = await start({ STREAM_PLANS });
    const ready = async () => (await fetch(`${metricsUrl}/readyz`)).status === 200;
    await waitFor(ready, { what: 'readiness' });
    await redis().set(streamOf(1), 'no stream');
    await waitFor(async () => !(await ready()), { what: 'the failure' });
    expect(await (await fetch(`${metricsUrl}/readyz`)).text()).toMatch(/apply\.plan:\{1\}: .*WRONGTYPE/);
    await addPlan(redis(), { now: nowSec(), id: '*', planId: 'other', stream: streamOf(2) });
    await waitForKey(redis(), permitKey('other'));
    await redis().del(streamOf(1));
    await waitFor(ready, { what: 'readiness' });
    await addPlan(redis(), { now: nowSec(), id: '*', planId: 'again', symbol: 'A', stream: streamOf(1) });
    await waitForKey(redis(), permitKey('again'));
  });
});

describe('streams of plans on three masters', () => {
  let cluster: PrivateCluster;
  let redis: Redis;
  beforeAll(async () => {
    cluster = await startPrivateCluster();
    redis = connectRedis({ url: cluster.url, host: '', port: 6379, db: 0 }, 'test');
    await untilReady(redis);
    for (const shard of [0, 1, 2]) {
      await cluster.migrateSlot(await cluster.slotOf(streamOf(shard)), shard);
      expect(await cluster.slotOf(lostPlansKey(streamOf(shard)))).toBe(await cluster.slotOf(streamOf(shard)));
    }
  });
  afterAll(async () => {
    redis.disconnect();
    await cluster.stop();
  });

  const spawn = () =>
    spawnApp(join(__dirname, '../../../../dist/apps/governor-plugin/main.js'), {
      REDIS_URL: cluster.url,
      METRICS_PORT: '0',
      STREAM_PLANS,
      GOV_CLAIM_IDLE_SEC: '0.5',
      GOV_SYMBOL_COOLDOWN_SECONDS: '0',
    });
  const count = async (keys: readonly string[]) =>
    (await Promise.all(keys.map((key) => redis.exists(key)))).reduce((sum, one) => sum + one, 0);

  it('lose nothing and decide each plan once when a governor is killed in between', async () => {
    const ids = Array.from({ length: 1500 }, (_, i) => `p${i}`);
    const governors = [spawn(), spawn()];
    await Promise.all(governors.map((one) => one.waitForLine(/serving plans/)));
    // Three plans a symbol; the burst limit leaves two. Every tenth comes on two streams.
    const load = ids.flatMap((planId, i) => {
      const symbol = `S${i % 500}`;
      const streams = i % 10 === 0 ? [i % 3, (i + 1) % 3] : [i % 3];
      return streams.map((shard) =>
        addPlan(redis as never, { now: 0, id: '*', planId, symbol, killScore: 0, qty: 0.001, stream: streamOf(shard) }),
      );
    });
    await waitFor(() => redis.exists(decidedKey('p0')), { what: 'the first decisions' });
    await governors[0]?.stop('SIGKILL');
    const heir = spawn();
    await Promise.all(load);
    await waitFor(async () => (await count(ids.map(decidedKey))) === ids.length, { what: 'every decision' });
    const open = async () => {
      const rows = await Promise.all([0, 1, 2].map((shard) => redis.xpending(streamOf(shard), GROUP)));
      return rows.reduce((sum, [pending]) => sum + Number(pending), 0);
    };
    await waitFor(async () => (await open()) === 0, { what: 'every acknowledgement' });
    for (const one of [governors[1], heir]) expect(await one?.stop()).toMatchObject({ code: 0 });

    for (let i = 0; i < 500; i += 1) {
      const own = [i, i + 500, i + 1000].map((at) => `p${at}`);
      const outcomes = await Promise.all(
        own.map(async (id) => readRecord((await redis.get(decidedKey(id))) ?? '')?.outcome),
      );
      const permitted = own.filter((_, at) => outcomes[at] === 'permit');
      expect(permitted.length).toBe(2);
      expect((await redis.zrange(windowKey(`S${i}`), '0', '-1')).sort()).toEqual(permitted.sort());
      const blocks = await Promise.all(own.map((id) => redis.exists(blockKey(id))));
      expect(blocks).toEqual(outcomes.map((outcome) => (outcome === 'refused' ? 1 : 0)));
    }
    expect(await redis.exists(STREAMS.deadletter)).toBe(0);
    const served = await Promise.all([0, 1, 2].map((shard) => redis.xlen(streamOf(shard))));
    expect(Math.min(...served)).toBeGreaterThan(400);
  }, 120_000);
});
