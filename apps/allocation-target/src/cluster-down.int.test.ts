import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { startPrivateCluster, type PrivateCluster } from '@quantum/private-redis';
import { connectRedis, mastersOf, runBatch, untilReady, type Redis } from '@quantum/redis-io';
import { efficiencyKey, LAST_CYCLE_KEY, proposedKey, STREAMS, targetKey } from '@quantum/redis-schemas';
import { createTestProposer, type TestProposer } from './test-proposer.test-support.js';

/** More than a batch: the last one has a single symbol. */
const SYMBOLS = Array.from({ length: 51 }, (_, i) => `S${String(i).padStart(2, '0')}`);
const LAST = 'S50';

let cluster: PrivateCluster;
let redis: Redis;
let proposer: TestProposer | undefined;
beforeEach(async () => {
  cluster = await startPrivateCluster();
  redis = connectRedis({ url: cluster.url, host: '', port: 0, db: 0 }, 'test');
  await untilReady(redis);
});
afterEach(async () => {
  proposer?.close();
  redis.disconnect();
  await cluster.stop();
});

async function move(keys: readonly string[], to: number): Promise<void> {
  for (const key of keys) await cluster.migrateSlot(await cluster.slotOf(key), to);
}

/** A proposer that has proposed the symbols once. */
async function started(env: Record<string, string> = {}): Promise<TestProposer> {
  await runBatch(
    redis,
    SYMBOLS.map((symbol) => ['hset', targetKey(symbol), 'target_usd', 100]),
  );
  proposer = await createTestProposer(cluster.url, env);
  expect(await proposer.cycle()).toBe('cycle');
  expect(await redis.xlen(STREAMS.proposed)).toBe(SYMBOLS.length);
  await redis.del(LAST_CYCLE_KEY);
  return proposer;
}

it('proposes the other symbols while the master of the decision stream and of a whole batch is down', async () => {
  await move([STREAMS.allocationDecision, ...[targetKey, efficiencyKey, proposedKey].map((key) => key(LAST))], 2);
  const others = SYMBOLS.filter((symbol) => symbol !== LAST);
  await move([STREAMS.proposed, LAST_CYCLE_KEY, ...others.map(targetKey)], 0);
  const { cycle, metric, problems } = await started();
  await cluster.kill(2);
  expect(await cycle()).toBe('cycle');
  expect(await redis.xlen(STREAMS.proposed)).toBe(SYMBOLS.length + others.length);
  expect(await metric('p29_shadow_skipped_total', { reason: 'redis_error' })).toBe(1);
  expect(await redis.hmget(LAST_CYCLE_KEY, 'symbols', 'skipped')).toEqual(['51', '1']); // a whole cycle
  expect(problems).toContain('the decision stream cannot be read');
});

it('publishes every shard while the master of their summaries is down, and counts what was not written', async () => {
  await move([LAST_CYCLE_KEY], 2);
  await move([STREAMS.proposed, ...SYMBOLS.flatMap((symbol) => [targetKey(symbol), proposedKey(symbol)])], 0);
  const { cycle, metric, logged } = await started({ PROPOSER_SHARDS: '3' });
  await cluster.kill(2);
  expect(await cycle()).toBe('cycle');
  expect(await redis.xlen(STREAMS.proposed)).toBe(2 * SYMBOLS.length);
  expect(await metric('p29_shadow_loop_errors_total')).toBe(3);
  expect(logged()).toContainEqual(expect.objectContaining({ msg: 'Redis refused writes' }));
});

it('goes on while a master is out of memory, without the shadow hashes that it holds', async () => {
  await move([STREAMS.proposed, LAST_CYCLE_KEY, ...SYMBOLS.map(proposedKey)], 0);
  const full = SYMBOLS.slice(0, 3);
  await move(full.map(proposedKey), 1);
  const { cycle, metric } = await started();
  await redis.del(proposedKey(LAST));
  const second = mastersOf(redis).find(({ options: { port } }) => port === cluster.masters[1]?.port);
  const keys = full.map(proposedKey);
  await Promise.all(keys.map((key) => redis.expire(key, 50)));
  await second?.config('SET', 'maxmemory', '1');
  expect(await cycle()).toBe('cycle');
  expect(await redis.xlen(STREAMS.proposed)).toBe(2 * SYMBOLS.length);
  expect(await redis.exists(proposedKey(LAST))).toBe(1);
  expect(await metric('p29_shadow_proposed_total', { reason: 'missing_eff' })).toBe(2 * SYMBOLS.length);
  expect(await metric('p29_shadow_loop_errors_total')).toBe(full.length);
  // What they hold is of an earlier cycle: it ends in its time.
  for (const key of keys) expect(await redis.ttl(key)).toBeLessThanOrEqual(50);
  expect(await redis.hget(LAST_CYCLE_KEY, 'proposed')).toBe('51');
});
