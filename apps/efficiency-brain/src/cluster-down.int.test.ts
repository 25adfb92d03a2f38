import { afterEach, expect, it } from '@jest/globals';
import { startPrivateCluster } from '@quantum/private-redis';
import { connectRedis, mastersOf, runBatch, untilReady, type Redis } from '@quantum/redis-io';
import { brainStateKey, efficiencyKey, positionKey, STREAMS, targetKey, tickerKey } from '@quantum/redis-schemas';
import { foreignScores } from './foreign.js';
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

async function startOn(env: Record<string, string> = {}) {
  const cluster = await startPrivateCluster();
  ends.push(() => cluster.stop());
  const redis = connectRedis({ url: cluster.url, host: '', port: 0, db: 0 }, 'test');
  ends.push(() => {
    redis.disconnect();
  });
  await untilReady(redis);
  const time = { sec: T0 + 2 };
  const brain = await createTestBrain(cluster.url, time, env);
  ends.push(() => {
    brain.close();
  });
  const cycles = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i += 1) {
      await putMarkets(redis, time);
      expect(await brain.cycle()).toBe('cycle');
      time.sec += 20;
    }
  };
  /** A master that does not hold the decision stream. */
  const other = ((await cluster.ownerOf(STREAMS.efficiencyDecision)) + 1) % 3;
  const entries = async () => (await redis.xrange(STREAMS.efficiencyDecision, '-', '+')).map(([, flat]) => flat);
  return { cluster, redis, time, brain, cycles, other, entries };
}

/** How many entries each of the symbols has. */
const countsOf = (entries: readonly string[][], symbols: readonly string[]): Set<number> =>
  new Set(symbols.map((symbol) => entries.filter((flat) => fieldOf(flat, 'symbol') === symbol).length));

it('goes on with the other symbols while a master with states is down', async () => {
  const { cluster, brain, cycles, other, entries } = await startOn();
  await cycles(3);
  const owners = await Promise.all(SYMBOLS.map((symbol) => cluster.ownerOf(brainStateKey(symbol))));
  const others = SYMBOLS.filter((_, i) => owners[i] !== other);
  await cluster.kill(other);
  const countBefore = (await entries()).length;
  await cycles(9);

  const all = await entries();
  expect(countsOf(all.slice(countBefore), others)).toEqual(new Set([9]));
  expect(brokenEntries(all, brain.context)).toEqual([]);
});

it('goes on while a master is out of memory, without the states and hashes that it holds', async () => {
  const { cluster, redis, brain, cycles, other, entries } = await startOn({ P31_MODE: 'enforce' });
  await cycles(3);
  const holds = async (keyOf: (symbol: string) => string): Promise<boolean[]> =>
    (await Promise.all(SYMBOLS.map((symbol) => cluster.ownerOf(keyOf(symbol))))).map((owner) => owner === other);
  const [stateThere, hashThere] = [await holds(brainStateKey), await holds(efficiencyKey)];
  const full = mastersOf(redis).find(({ options: { port } }) => port === cluster.masters[other]?.port);
  const old = SYMBOLS.filter((_, i) => hashThere[i]).map(efficiencyKey);
  await Promise.all(old.map((key) => redis.expire(key, 50)));
  await full?.config('SET', 'maxmemory', '1');
  const countBefore = (await entries()).length;
  await cycles(3); // the first of them closes a period

  const all = await entries();
  const others = SYMBOLS.filter((_, i) => !stateThere[i]);
  expect(countsOf(all.slice(countBefore), others)).toEqual(new Set([3]));
  expect(brokenEntries(all, brain.context)).toEqual([]);
  const refused = await brain.metric('p31_periods_refused_total', { reason: 'slot_down' });
  expect(refused).toBeGreaterThan(0);
  const hashes = others.filter((symbol) => hashThere[SYMBOLS.indexOf(symbol)]);
  expect(await brain.metric('p31_loop_errors_total')).toBeGreaterThanOrEqual(3 * hashes.length);
  for (const key of old) expect(await redis.ttl(key)).toBeLessThanOrEqual(50); // a score of before ends in its time
  expect(brain.logged().filter(({ msg }) => msg === 'scores or hashes were not written')).toHaveLength(1);

  await full?.config('SET', 'maxmemory', '0');
  await cycles(3);
  expect(countsOf((await entries()).slice(all.length), SYMBOLS)).toEqual(new Set([3]));
  expect(brokenEntries(await entries(), brain.context)).toEqual([]);
  expect(await brain.metric('p31_periods_refused_total', { reason: 'slot_down' })).toBe(refused);
});

it('does not take hashes for its own that a master does not tell: it came up a moment ago, say', async () => {
  const { cluster, redis, time } = await startOn();
  const key = efficiencyKey('S0');
  await redis.hset(key, 'efficiency_score', 0.5, 'confidence', 1, 'ts', time.sec);
  expect(await foreignScores(redis, time.sec, 600)).toEqual(['S0']);
  const { port } = cluster.masters[await cluster.ownerOf(key)] ?? {};
  const master = mastersOf(redis).find(({ options }) => options.port === port);
  await master?.call('CLUSTER', 'DELSLOTS', await cluster.slotOf(key));
  await expect(foreignScores(redis, time.sec, 600)).rejects.toThrow('CLUSTERDOWN');
});
