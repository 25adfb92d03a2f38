import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startPrivateCluster, type PrivateCluster } from '@quantum/private-redis';
import { connectRedis, runBatch, untilReady, type Redis } from '@quantum/redis-io';
import { efficiencyKey, LAST_CYCLE_KEY, proposedKey, STREAMS, targetKey } from '@quantum/redis-schemas';
import { createTestProposer, type TestProposer } from './test-proposer.test-support.js';

/** More than a batch: the last one has a single symbol. */
const SYMBOLS = Array.from({ length: 51 }, (_, i) => `S${String(i).padStart(2, '0')}`);
const LAST = 'S50';

let cluster: PrivateCluster;
let redis: Redis;
let proposer: TestProposer;
beforeAll(async () => {
  cluster = await startPrivateCluster();
  redis = connectRedis({ url: cluster.url, host: '', port: 0, db: 0 }, 'test');
  await untilReady(redis);
});
afterAll(async () => {
  proposer.close();
  redis.disconnect();
  await cluster.stop();
});

it('proposes the other symbols while the master of the decision stream and of a whole batch is down', async () => {
  const move = async (keys: readonly string[], to: number): Promise<void> => {
    for (const key of keys) await cluster.migrateSlot(await cluster.slotOf(key), to);
  };
  await move([STREAMS.allocationDecision, ...[targetKey, efficiencyKey, proposedKey].map((key) => key(LAST))], 2);
  const others = SYMBOLS.filter((symbol) => symbol !== LAST);
  await move([STREAMS.proposed, LAST_CYCLE_KEY, ...others.map(targetKey)], 0);
  await runBatch(
    redis,
    SYMBOLS.map((symbol) => ['hset', targetKey(symbol), 'target_usd', 100]),
  );
  proposer = await createTestProposer(cluster.url);
  expect(await proposer.cycle()).toBe('cycle');
  await redis.del(LAST_CYCLE_KEY);
  await cluster.kill(2);

  const countBefore = await redis.xlen(STREAMS.proposed);
  expect(await proposer.cycle()).toBe('cycle');
  expect(await redis.xlen(STREAMS.proposed)).toBe(countBefore + others.length);
  expect(await proposer.metric('p29_shadow_skipped_total', { reason: 'redis_error' })).toBe(1);
  expect(await redis.hmget(LAST_CYCLE_KEY, 'symbols', 'skipped')).toEqual(['51', '1']); // a whole cycle
  expect(proposer.problems).toContain('the decision stream cannot be read');
});
