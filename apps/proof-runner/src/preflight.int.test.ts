import { afterEach, expect, it } from '@jest/globals';
import { useRedis } from '@quantum/testing';
import { redisWarning } from './preflight.js';

const { redis, connect } = useRedis();

afterEach(async () => {
  await redis().config('SET', 'maxmemory-policy', 'noeviction');
});

it('warns if a Redis may evict keys or does not report it, and not if it keeps them', async () => {
  expect(await redisWarning(redis())).toBeUndefined();
  await redis().acl('SETUSER', 'limited', 'on', 'nopass', '+@connection');
  const limited = await connect({ username: 'limited', password: 'x', enableReadyCheck: false });
  expect(await redisWarning(limited)).toMatch(/^warning: Redis does not say whether it may evict keys/);
  await redis().config('SET', 'maxmemory-policy', 'volatile-lru');
  expect(await redisWarning(redis())).toMatch(/^warning: Redis may evict keys.*\(it is volatile-lru\)$/);
});
