import { describe, expect, it } from '@jest/globals';
import type { Lease } from '@quantum/redis-io';
import { rolloutMultiplierKey, type PublishedMultiplier } from '@quantum/redis-schemas';
import { useRedis } from '@quantum/testing';
import { deliver, outboxOf } from './evidence-stream.js';
import { leasesOf } from './leases.js';
import { publishMultipliers, withdrawMultipliers } from './publish.js';
import { evidenceOf } from './test-rollout.test-support.js';

const own = useRedis();
const KEY = rolloutMultiplierKey('A');
const published: PublishedMultiplier = {
  multiplier: 0.95, proposedMultiplier: 0.9, blend: 0.5, direction: 'down_only', plan: '0123456789ab', stage: 'pilot',
  policy: '4bd977d42c9c', epoch: 7, fence: '2:x', tsEpochSec: 1_763_386_800, expiresAtSec: 1_763_386_830, reason: 'stage',
}; // prettier-ignore
const leaseOf = async (token: string): Promise<Lease> => {
  const leases = leasesOf(own.redis(), { leaseMs: 5000, process: 'x' });
  await leases.claim();
  return { ...(leases.held[0] as Lease), token };
};
const publish = async (token: string, expiresAtSec: number) =>
  publishMultipliers(own.redis(), await leaseOf(token), new Map([['A', { ...published, fence: token }]]), expiresAtSec);
const inAMinute = () => Date.now() / 1000 + 60;

describe('the script that publishes', () => {
  it('writes a key that ends', async () => {
    const until = Math.floor(inAMinute());
    expect(await publish('2:x', until)).toEqual([]);
    expect(await own.redis().hgetall(KEY)).toMatchObject({ multiplier: '0.95', fence: '2:x' });
    expect(await own.redis().pexpiretime(KEY)).toBe(until * 1000);
  });

  it('leaves nothing where it comes too late', async () => {
    expect(await publish('2:x', Date.now() / 1000 - 1)).toEqual([]);
    expect(await own.redis().exists(KEY)).toBe(0);
  });

  it('refuses a lower fence, and so does the one that removes', async () => {
    await publish('10:y', inAMinute());
    expect(await publish('9:x', inAMinute())).toMatchObject([{ symbol: 'A', reason: 'fence' }]);
    expect(await withdrawMultipliers(own.redis(), await leaseOf('9:x'), ['A'])).toMatchObject([{ reason: 'fence' }]);
    expect(await own.redis().hget(KEY, 'fence')).toBe('10:y');
    expect(await withdrawMultipliers(own.redis(), await leaseOf('10:y'), ['A', 'B'])).toEqual([]);
    expect(await own.redis().exists(KEY)).toBe(0);
  });

  it.each(['a list', 'no fence', 'a long fence'])('replaces what is no multiplier of ours: %s', async (what) => {
    if (what === 'a list') await own.redis().lpush(KEY, 'x');
    else await own.redis().hset(KEY, what === 'no fence' ? 'multiplier' : 'fence', 'x'.repeat(1000));
    expect(await publish('2:x', inAMinute())).toEqual([]);
    expect(await own.redis().hget(KEY, 'fence')).toBe('2:x');
  });
});

describe('the script that delivers evidence', () => {
  it('adds every entry once, however often it is delivered', async () => {
    const outbox = outboxOf([['a', '1'], ['b', '2']], 1_763_386_800.5); // prettier-ignore
    await deliver(own.redis(), outbox);
    await deliver(own.redis(), outbox);
    expect(await evidenceOf(own.redis())).toEqual([
      ['1763386800500-0', ['a', '1']],
      ['1763386800500-1', ['b', '2']],
    ]);
  });

  it('adds entries behind later ones of others', async () => {
    await own.redis().xadd('quantum:stream:rollout.evidence', '9999999999999-0', 'x', 'y');
    await deliver(own.redis(), outboxOf([['a', '1']], 1_763_386_800));
    expect(await evidenceOf(own.redis())).toHaveLength(2);
  });
});
