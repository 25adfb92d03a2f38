import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startPrivateCluster, type PrivateCluster } from '@quantum/private-redis';
import { connectRedis, mastersOf, untilReady, type Redis } from '@quantum/redis-io';
import { efficiencyKey, proposedKey, STREAMS, targetKey } from '@quantum/redis-schemas';
import { announceTarget, putTarget, spawnApp, useRedis, waitForKey } from '@quantum/testing';
import { resolve } from 'node:path';
import { readSymbols } from './read.js';
import { DecisionTail } from './tail.js';

const BUNDLE = resolve(__dirname, '../../../dist/apps/allocation-target/main.js');
const LARGE = 'x'.repeat(10_000_000);
const now = 1_700_000_000;

const file = useRedis();
let cluster: PrivateCluster;
let inCluster: Redis;
let onServer: Redis;
beforeAll(async () => {
  cluster = await startPrivateCluster();
  inCluster = connectRedis({ url: cluster.url, host: '', port: 0, db: 0 }, 'test');
  onServer = connectRedis({ url: file.server.url, host: '', port: 0, db: 0 }, 'test');
  await Promise.all([untilReady(inCluster), untilReady(onServer)]);
}, 60_000);
afterEach(async () => {
  await Promise.all(mastersOf(inCluster).map((master) => master.flushall()));
});
afterAll(async () => {
  inCluster.disconnect();
  onServer.disconnect();
  await cluster.stop();
});

const addLarge = async (redis: Redis, count: number): Promise<void> => {
  for (let i = 0; i < count; i += 1) await redis.xadd(STREAMS.allocationDecision, '*', 'symbol', 'L', 'why', LARGE);
};

/** Bytes that all servers have sent so far. */
async function sentBytes(redis: Redis): Promise<number> {
  const infos = await Promise.all(mastersOf(redis).map((server) => server.info('stats')));
  return infos.reduce((sum, info) => sum + Number(/total_net_output_bytes:(\d+)/.exec(info)?.[1]), 0);
}
async function bytesSentFor(redis: Redis, work: () => Promise<unknown>): Promise<number> {
  const before = await sentBytes(redis);
  await work();
  return (await sentBytes(redis)) - before;
}

it('the built service keeps proposing in a heap that none of them fits in', async () => {
  const nowSec = Math.floor(Date.now() / 1000);
  for (const symbol of ['A', 'B', 'C', 'D', 'E', 'F']) {
    await putTarget(file.redis(), symbol, { now: nowSec, targetUsd: 100 });
    await file.redis().hset(efficiencyKey(symbol), { efficiency_score: LARGE + LARGE, confidence: '1', ts: nowSec });
  }
  await addLarge(file.redis(), 12);
  const app = spawnApp(BUNDLE, {
    REDIS_URL: file.server.url,
    METRICS_PORT: '0',
    LOOP_INTERVAL_SEC: '0.2',
    DISCOVERY_INTERVAL_SEC: '3600',
    NODE_OPTIONS: '--max-old-space-size=64',
  });
  for (const symbol of ['A', 'F']) await waitForKey(file.redis(), proposedKey(symbol));
  expect(await file.redis().hget(proposedKey('A'), 'reason')).toBe('invalid_eff');
  await addLarge(file.redis(), 12);
  await putTarget(file.redis(), 'BEHIND', { now: nowSec, targetUsd: 100 });
  await announceTarget(file.redis(), 'BEHIND', { now: nowSec, id: '*' });
  await waitForKey(file.redis(), proposedKey('BEHIND'));
  expect(await app.stop()).toMatchObject({ code: 0 });
}, 60_000);

describe.each([
  ['on one server', () => onServer],
  ['in a Cluster', () => inCluster],
])('%s', (_where, connection) => {
  const tailOf = (redis: Redis): DecisionTail =>
    new DecisionTail(redis, (error) => {
      throw error;
    });

  it('entries of many MB are not sent: only the symbols, those of the large ones and behind them included', async () => {
    const redis = connection();
    const tail = tailOf(redis);
    await addLarge(redis, 1);
    await tail.start();
    await announceTarget(redis, 'FIRST', { now, id: '*' });
    await addLarge(redis, 12);
    await redis.xadd(STREAMS.allocationDecision, '*', 'symbol', LARGE);
    await announceTarget(redis, 'BEHIND', { now, id: '*' });
    const seen = new Set<string>();
    const sent = await bytesSentFor(redis, async () => {
      // How many a cycle reads is bounded in bytes, too.
      for (let cycle = 0; cycle < 20 && !seen.has('BEHIND'); cycle += 1) await tail.read((symbol) => seen.add(symbol));
    });
    expect(seen).toEqual(new Set(['FIRST', 'L', 'BEHIND']));
    expect(sent).toBeLessThan(1_000_000);
  });

  it('one cycle reads no more than some of them', async () => {
    const redis = connection();
    const tail = tailOf(redis);
    await tail.start();
    await addLarge(redis, 12);
    await announceTarget(redis, 'BEHIND', { now, id: '*' });
    const seen: string[] = [];
    await tail.read((symbol) => seen.push(symbol));
    expect(seen).toEqual(Array(7).fill('L'));
    await tail.read((symbol) => seen.push(symbol));
    expect(seen).toEqual([...Array<string>(12).fill('L'), 'BEHIND']);
  });

  it('names that are no UTF-8 stay apart from the symbols beside them, on a server that has forgotten the script, too', async () => {
    const redis = connection();
    const tail = tailOf(redis);
    await tail.start();
    await Promise.all(mastersOf(redis).map((server) => server.script('FLUSH')));
    for (const name of [Buffer.from([0x42, 0xff]), Buffer.from('B\uFFFD'), Buffer.from('é')]) {
      await redis.xadd(STREAMS.allocationDecision, '*', 'symbol', name);
    }
    const seen: string[] = [];
    await tail.read((symbol) => seen.push(symbol));
    expect(seen).toEqual(['B\uFFFD', 'é']);
  });

  it('fields of many MB are cut: a target is invalid, an efficiency unreadable, smoothing starts over, the others are read', async () => {
    const redis = connection();
    await redis.hset(targetKey('T'), { target_usd: LARGE, timestamp: '7' });
    await redis.hset(targetKey('E'), { target_usd: '5', timestamp: '7' });
    await redis.hset(efficiencyKey('E'), { efficiency_score: LARGE, confidence: '1', ts: '7' });
    await redis.hset(proposedKey('E'), { smoothed_multiplier: LARGE, ts_epoch: '6' });
    await redis.hset(targetKey('OK'), { target_usd: '5', timestamp: '7' });
    await redis.hset(efficiencyKey('OK'), { efficiency_score: '0.5', confidence: '1', ts: '7' });
    const sent = await bytesSentFor(redis, async () => {
      const [t, e, ok] = await readSymbols(redis, ['T', 'E', 'OK'], true);
      expect(t?.target.state).toBe('invalid');
      expect(e).toMatchObject({ target: { state: 'read' }, efficiency: { state: 'read', score: undefined } });
      expect(e?.smoothing).toBeUndefined();
      expect(ok).toMatchObject({ target: { targetUsd: 5 }, efficiency: { score: 0.5 } });
    });
    expect(sent).toBeLessThan(100_000);
  });
});

it('follows the decision stream in a Cluster while its slot moves', async () => {
  const tail = new DecisionTail(inCluster, (error) => {
    throw error;
  });
  await tail.start();
  const slot = await cluster.slotOf(STREAMS.allocationDecision);
  const from = await cluster.ownerOf(STREAMS.allocationDecision);
  const seen: string[] = [];
  for (const symbol of ['A', 'B']) {
    await announceTarget(inCluster, symbol, { now, id: '*' });
    await cluster.migrateSlot(slot, (from + 1) % 3, symbol === 'A' ? 'half' : undefined);
    await tail.read((each) => seen.push(each));
  }
  await cluster.migrateSlot(slot, from);
  expect(seen).toEqual(['A', 'B']);
});
