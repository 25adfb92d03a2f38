import { describe, expect, it } from '@jest/globals';
import { expectTtl, serverTimeMs, useRedis } from './index.js';

const { redis } = useRedis();

describe('expectTtl', () => {
  it('accepts the TTL that was given at any time within the test', async () => {
    const sinceMs = (await serverTimeMs(redis())) - 700;
    await redis().set('first', '1', 'PXAT', sinceMs + 600_000);
    await redis().set('last', '1', 'EX', 600);
    expect(await redis().ttl('first')).toBeLessThan(600); // an exact check of the TTL would report an error here
    await expectTtl(redis(), 'first', 600, sinceMs);
    await expectTtl(redis(), 'last', 600, sinceMs);
  });

  it.each([
    ['of a second less', 599_000],
    ['of more than the test may take', 660_000],
    ['of a moment before', 599_900],
  ])('refuses one %s', async (_name, ttlMs) => {
    const sinceMs = await serverTimeMs(redis());
    await redis().set('key', '1', 'PXAT', sinceMs + ttlMs);
    await expect(expectTtl(redis(), 'key', 600, sinceMs)).rejects.toThrow(`key expires ${ttlMs} ms after ${sinceMs}`);
  });

  it('refuses a key without one, and an absent key', async () => {
    await redis().set('key', '1');
    await expect(expectTtl(redis(), 'key', 600, 0)).rejects.toThrow('key does not expire');
    await expect(expectTtl(redis(), 'none', 600, 0)).rejects.toThrow('none does not expire');
  });
});
