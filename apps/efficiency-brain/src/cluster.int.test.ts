import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { startPrivateCluster, type PrivateCluster } from '@quantum/private-redis';
import { connectRedis, mastersOf, runBatch, untilReady, type Redis } from '@quantum/redis-io';
import { brainStateKey, efficiencyKey, positionKey, STREAMS, targetKey, tickerKey } from '@quantum/redis-schemas';
import { brokenEntries, createTestBrain, T0, type TestBrain, type Time } from './test-brain.test-support.js';

const SYMBOLS = Array.from({ length: 120 }, (_, i) => `S${i}`);

let cluster: PrivateCluster;
let redis: Redis;
let time: Time;
const brains: TestBrain[] = [];
beforeAll(async () => {
  cluster = await startPrivateCluster();
  redis = connectRedis({ url: cluster.url, host: '', port: 0, db: 0 }, 'test');
  await untilReady(redis);
});
afterEach(async () => {
  for (const brain of brains.splice(0)) brain.close();
  await Promise.all(mastersOf(redis).map((master) => master.flushall()));
});
afterAll(async () => {
  redis.disconnect();
  await cluster.stop();
});

async function start(env: Record<string, string> = {}): Promise<TestBrain> {
  const brain = await createTestBrain(cluster.url, time, env);
  brains.push(brain);
  return brain;
}
async function run(brain: TestBrain, cycles: number): Promise<void> {
  for (let i = 0; i < cycles; i += 1) {
    const price = 100 + Math.sin(time.sec);
    await runBatch(
      redis,
      SYMBOLS.flatMap((symbol) => [
        ['hset', positionKey(symbol), 'position_amt', 2, 'mark_price', price, 'ts_epoch', Math.floor(time.sec)],
        ['hset', tickerKey(symbol), 'markPrice', price, 'timestamp', time.sec * 1000],
        ['hset', targetKey(symbol), 'target_usd', 1000, 'timestamp', time.sec],
      ]),
    );
    await brain.cycle();
    time.sec += 20;
  }
}
const entries = async () => (await redis.xrange(STREAMS.efficiencyDecision, '-', '+')).map(([, flat]) => flat);

it('scores over all slots, writes hashes, and carries on', async () => {
  time = { sec: T0 + 2 };
  const first = await start({ P31_MODE: 'enforce' });
  await run(first, 5);
  await first.leases.release();
  const second = await start({ P31_MODE: 'enforce' });
  await run(second, 5);
  // A master that takes longer than a second to answer costs its symbols a cycle, and is counted.
  const skipped = await Promise.all([first, second].map((brain) => brain.metric('p31_periods_refused_total', { reason: 'slot_down' }))); // prettier-ignore
  expect(await entries()).toHaveLength(10 * SYMBOLS.length - (skipped[0] ?? 0) - (skipped[1] ?? 0));
  expect(brokenEntries(await entries(), second.context)).toEqual([]);
  const replies = await runBatch(redis, SYMBOLS.map((symbol) => ['hget', efficiencyKey(symbol), 'version'])); // prettier-ignore
  expect(new Set(replies.map((reply) => reply.ok && reply.value))).toEqual(new Set(['brain_v1']));
});

it('does not write a state that a later lease has written, or a period that is not after the last', async () => {
  time = { sec: T0 + 2 };
  const brain = await start();
  await run(brain, 2);
  await redis.hset(brainStateKey('S0'), 'fence', 9);
  await redis.hset(brainStateKey('S1'), 'period', 10 * T0);
  time.sec = T0 + 62;
  await run(brain, 1);
  expect(await brain.metric('p31_periods_refused_total', { reason: 'fence' })).toBe(1);
  expect(await brain.metric('p31_periods_refused_total', { reason: 'period' })).toBe(1);
  expect(await redis.hget(brainStateKey('S0'), 'period')).toBe(String(T0 / 60 - 1));
  expect(await redis.hget(brainStateKey('S2'), 'period')).toBe(String(T0 / 60));
  expect(await entries()).toHaveLength(3 * SYMBOLS.length - 2);
});

it('carries states that it read, where entries are lost between state and stream: a replay needs them', async () => {
  time = { sec: T0 + 2 };
  const brain = await start();
  await run(brain, 3);
  const [stream, away] = [STREAMS.efficiencyDecision, `{${STREAMS.efficiencyDecision}}:away`];
  await redis.rename(stream, away);
  await redis.set(stream, 'x');
  await expect(run(brain, 1)).rejects.toThrow('WRONGTYPE');
  await redis.rename(away, stream);
  time.sec += 20;
  await run(brain, 5);
  const broken = brokenEntries(await entries(), brain.context);
  expect(broken.filter((text) => text.endsWith('when scored again'))).toEqual([]);
  expect(broken).not.toEqual([]); // the chain shows the gap
});
