import { describe, expect, it } from '@jest/globals';
import { untilReady } from '@quantum/redis-io';
import { permitKey } from '@quantum/redis-schemas';
import { useRedis } from '@quantum/testing';
import { findPermits } from './find-permits.js';

const { redis } = useRedis();

const sentBytes = async (): Promise<number> =>
  Number(/total_net_output_bytes:(\d+)/.exec(await redis().info('stats'))?.[1]);

describe('findPermits', () => {
  it('tells plans with a permit from those without, in order, an id that comes twice included', async () => {
    for (const planId of ['b', 'c']) await redis().set(permitKey(planId), '{}');
    expect(await findPermits(redis(), ['a', 'b', 'c', 'b', 'd'])).toEqual([false, true, true, true, false]);
    expect(await findPermits(redis(), ['a'])).toEqual([false]);
    expect(await findPermits(redis(), [])).toEqual([]);
  });

  it('does not have Redis send the permits, which may have many MB', async () => {
    const ids = ['a', 'b', 'c'];
    for (const planId of ids) await redis().set(permitKey(planId), 'x'.repeat(10_000_000));
    const before = await sentBytes();
    expect(await findPermits(redis(), [...ids, 'd'])).toEqual([true, true, true, false]);
    expect((await sentBytes()) - before).toBeLessThan(100_000);
  });

  it('throws where it may not read a permit', async () => {
    await redis().acl('SETUSER', 'other', 'on', 'nopass', '~other', '+@all');
    const other = redis().duplicate({ username: 'other', password: 'any' });
    await untilReady(other);
    await expect(findPermits(other, ['a'])).rejects.toThrow('NOPERM');
    other.disconnect();
  });
});
