import { afterEach, expect, it } from '@jest/globals';
import { startPrivateCluster } from '@quantum/private-redis';
import { connectRedis, runBatch, untilReady, type Redis } from '@quantum/redis-io';
import { brainStateKey, positionKey, STREAMS, targetKey, tickerKey } from '@quantum/redis-schemas';
import { brokenEntries, createTestBrain, fieldOf, T0, type Time } from './test-brain.test-support.js';

const SYMBOLS = Array.from({ length: 60 }, (_, i) => `S${i}`);

/** What is to be stopped, the last first. */
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function putMarkets(redis: Redis, { sec }: Time): Promise<void> {
  const price = 100 + Math.sin(sec);
  await runBatch(
    redis,
    SYMBOLS.flatMap((symbol) => [
      ['hset', positionKey(symbol), 'position_amt', 2, 'mark_price', price, 'ts_epoch', Math.floor(sec)],
      ['hset', tickerKey(symbol), 'markPrice', price, 'timestamp', sec * 1000],
      ['hset', targetKey(symbol), 'target_usd', 1000, 'timestamp', sec],
    ]),
  );
}

it('goes on with the other symbols while a master with states is down', async () => {
  const cluster = await startPrivateCluster();
  ends.push(() => cluster.stop());
  const redis = connectRedis({ url: cluster.url, host: '', port: 0, db: 0 }, 'test');
  ends.push(() => {
    redis.disconnect();
  });
  await untilReady(redis);
  const time = { sec: T0 + 2 };
  const brain = await createTestBrain(cluster.url, time);
  ends.push(() => {
    brain.close();
  });
  const cycle = async (): Promise<void> => {
    await putMarkets(redis, time);
    expect(await brain.cycle()).toBe('cycle');
    time.sec += 20;
  };
  for (let i = 0; i < 3; i += 1) await cycle();

  const down = ((await cluster.ownerOf(STREAMS.efficiencyDecision)) + 1) % 3;
  const owners = await Promise.all(SYMBOLS.map((symbol) => cluster.ownerOf(brainStateKey(symbol))));
  const others = SYMBOLS.filter((_, i) => owners[i] !== down);
  await cluster.kill(down);
  const countBefore = await redis.xlen(STREAMS.efficiencyDecision);
  for (let i = 0; i < 9; i += 1) await cycle();

  const entries = (await redis.xrange(STREAMS.efficiencyDecision, '-', '+')).map(([, flat]) => flat);
  const later = entries.slice(countBefore).map((flat) => fieldOf(flat, 'symbol'));
  const counts = others.map((symbol) => later.filter((one) => one === symbol).length);
  expect(new Set(counts)).toEqual(new Set([9]));
  expect(brokenEntries(entries, brain.context)).toEqual([]);
});
