import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  fenceKey,
  LAST_CYCLE_KEY,
  leaseKey,
  membersKey,
  proposedKey,
  publishedKey,
  shardCycleKey,
  shardOfSymbol,
  STREAMS,
  targetKey,
} from '@quantum/redis-schemas';
import { boundedRuns, readStream, useRedis } from '@quantum/testing';
import { BATCH_SYMBOLS } from './shard-batches.js';
import { clockAt, createTestProposer, NOW_SEC, TS_EPOCH, type TestProposer } from './test-proposer.test-support.js';

const file = useRedis();
const proposers: TestProposer[] = [];
afterEach(() => {
  for (const proposer of proposers.splice(0)) proposer.close();
});

async function start(shards = 1, nowSec = NOW_SEC): Promise<TestProposer> {
  const env = { PROPOSER_SHARDS: String(shards) };
  const proposer = await createTestProposer(`unix://${file.server.socketPath}`, env, { clock: clockAt(() => nowSec) });
  proposers.push(proposer);
  return proposer;
}

const STREAM = STREAMS.proposed;
const shardsOf = ({ leases }: TestProposer) => leases.held.map(({ shard }) => shard);
const addTarget = (symbol: string) => file.redis().hset(targetKey(symbol), 'target_usd', '100');
const length = () => file.redis().xlen(STREAM);

describe('leases', () => {
  it('say who holds them and since which count, and end by themselves', async () => {
    const proposer = await start();
    const { held, gained } = await proposer.leases.claim();
    expect(gained).toEqual([0]);
    const token = await file.redis().get(leaseKey(STREAM, 0));
    expect(token).toMatch(/^1:test-/);
    expect(held[0]?.token).toBe(token);
    const leftMs = await file.redis().pttl(leaseKey(STREAM, 0));
    expect(leftMs).toBeGreaterThan(0);
    expect(leftMs).toBeLessThanOrEqual(30_000);
    expect((await proposer.leases.claim()).gained).toEqual([]); // the same lease, renewed
    await proposer.leases.release();
    expect(await file.redis().exists(leaseKey(STREAM, 0))).toBe(0);
    await (await start()).leases.claim();
    expect(await file.redis().get(leaseKey(STREAM, 0))).toMatch(/^2:test-/);
  });

  it('are taken where the key is garbage, and left where it may be another’s', async () => {
    const redis = file.redis();
    const proposer = await start(4);
    await redis.rpush(leaseKey(STREAM, 0), 'a list');
    await redis.set(leaseKey(STREAM, 1), 'without an end');
    await redis.set(leaseKey(STREAM, 2), 'far too long', 'PX', 3_600_000);
    await redis.set(leaseKey(STREAM, 3), 'another', 'PX', 50_000);
    await redis.hset(fenceKey(STREAM), 'a', 'hash');
    await redis.set(membersKey(STREAM), 'a string');
    await redis.rpush(publishedKey(STREAM, 0), 'a list');
    await redis.set(publishedKey(STREAM, 1), 'garbage');
    await addTarget('S');
    await proposer.cycle();
    expect(shardsOf(proposer)).toEqual([0, 1, 2]);
    expect(await redis.get(leaseKey(STREAM, 3))).toBe('another');
    await redis.set(fenceKey(STREAM), 'no number');
    await redis.del(leaseKey(STREAM, 3));
    await proposer.cycle();
    expect(shardsOf(proposer)).toEqual([0, 1, 2, 3]);
  });

  it('are counted as lost when they are gone, and taken again', async () => {
    const proposer = await start();
    await proposer.cycle();
    await file.redis().del(leaseKey(STREAM, 0));
    await proposer.cycle();
    expect(shardsOf(proposer)).toEqual([0]);
    expect(await proposer.metric('p29_shadow_lease_lost_total')).toBe(1);
  });

  it('are never held twice, all held, and spread fairly, as processes come and go', async () => {
    const member = fc.integer({ min: 0, max: 3 });
    const step = fc.oneof({ arbitrary: fc.tuple(fc.constant('claim'), member), weight: 3 }, fc.tuple(fc.constant('release'), member)); // prettier-ignore
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 9 }), fc.array(step, { maxLength: 25 }), async (shards, steps) => {
        await file.redis().flushall();
        const all = await Promise.all([0, 1, 2, 3].map(() => start(shards)));
        const living = new Set<TestProposer>();
        const held = () => all.flatMap(shardsOf);
        for (const [what, index] of steps) {
          const proposer = all[index] as TestProposer;
          if (what === 'claim') {
            await proposer.leases.claim();
            living.add(proposer);
          } else {
            await proposer.leases.release();
            living.delete(proposer);
          }
          expect(new Set(held()).size).toBe(held().length);
        }
        // Once to give up what is too much, once to take what is free.
        for (let round = 0; round < 2; round += 1) for (const proposer of living) await proposer.leases.claim();
        const fairShare = Math.ceil(shards / living.size);
        for (const proposer of living) expect(shardsOf(proposer).length).toBeLessThanOrEqual(fairShare);
        expect(held().length).toBe(living.size > 0 ? shards : 0);
        for (const proposer of proposers.splice(0)) proposer.close();
      }),
      boundedRuns(20),
    );
  });
});

describe('between two slots', () => {
  it('renews what it holds, runs no cycle, and publishes at once what it takes over', async () => {
    await addTarget('S');
    const before = await start();
    const standby = await start(1, NOW_SEC + 1);
    expect(await before.tick(true)).toBe('cycle');
    expect(await before.tick(false)).toBe('idle');
    expect(await standby.tick(false)).toBe('standby');
    expect(await standby.tick(true)).toBe('standby');
    expect(await length()).toBe(1);
    await before.leases.release();
    expect(await standby.tick(false)).toBe('cycle');
    expect(await length()).toBe(2);
    expect(await standby.tick(false)).toBe('idle');
  });
});

describe('the writing script', () => {
  it('refuses the rest of a cycle whose lease moves between two batches, and its summary', async () => {
    for (let i = 0; i < 250; i += 1) await addTarget(`S${i}`);
    const proposer = await start();
    proposer.context.onProgress = () => {
      // On the connection of the batches, so that Redis sees it between the first and the second.
      void proposer.context.redis.set(leaseKey(STREAM, 0), '7:another', 'PX', 5000);
    };
    await expect(proposer.cycle()).rejects.toThrow('the lease of shard 0 is lost');
    expect(await length()).toBe(BATCH_SYMBOLS);
    expect(await file.redis().keys(proposedKey('*'))).toHaveLength(BATCH_SYMBOLS);
    expect(await file.redis().exists(LAST_CYCLE_KEY)).toBe(0);
    expect(await file.redis().get(leaseKey(STREAM, 0))).toBe('7:another');
    expect(shardsOf(proposer)).toEqual([]);
    expect(await proposer.metric('p29_shadow_lease_lost_total')).toBe(1);
    expect(await proposer.metric('p29_shadow_shards_held')).toBe(0);
    expect(await proposer.cycle()).toBe('standby');
    expect(await length()).toBe(BATCH_SYMBOLS);
  });

  it('refuses a cycle that another process has published, of one shard alone', async () => {
    for (let i = 0; i < 20; i += 1) await addTarget(`S${i}`);
    const proposer = await start(2);
    await proposer.leases.claim();
    await file.redis().set(publishedKey(STREAM, 1), `${TS_EPOCH}:another`);
    await expect(proposer.cycle()).rejects.toThrow(`has published shard 1 at ts_epoch ${TS_EPOCH}`);
    const symbols = (await readStream(file.redis(), STREAM)).map(({ fields }) => fields['symbol'] ?? '');
    expect(new Set(symbols.map((symbol) => shardOfSymbol(symbol, 2)))).toEqual(new Set([0]));
    expect(await file.redis().exists(shardCycleKey(0), shardCycleKey(1), LAST_CYCLE_KEY)).toBe(1);
    expect(shardsOf(proposer)).toEqual([0, 1]); // it keeps both, and goes on when its clock is past that cycle
  });

  it('refuses a successor whose clock is behind, until its cycle is newer', async () => {
    await addTarget('S');
    const before = await start(1, NOW_SEC + 100);
    await before.cycle();
    await before.leases.release();
    let nowSec = NOW_SEC;
    const after = await start();
    after.context.clock = clockAt(() => nowSec);
    await expect(after.cycle()).rejects.toThrow(`has published shard 0 at ts_epoch ${TS_EPOCH + 100}`);
    expect(await length()).toBe(1);
    nowSec = NOW_SEC + 101;
    await after.cycle();
    expect(await length()).toBe(2);
    nowSec = NOW_SEC; // its own clock may step back: no other has published meanwhile
    await after.cycle();
    expect(await length()).toBe(3);
  });

  it('lets the holder of a lease that no one took in time go on with the next cycle', async () => {
    await addTarget('S');
    const proposer = await start();
    await proposer.cycle();
    await file.redis().del(leaseKey(STREAM, 0), fenceKey(STREAM));
    await proposer.cycle();
    expect(await length()).toBe(2);
  });
});
