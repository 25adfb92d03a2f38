import { describe, expect, it } from '@jest/globals';
import { useRedis, waitFor } from '@quantum/testing';
import { NoGroupError, StreamConsumer, type StreamGap, type StreamEntry } from './index.js';

const { redis, connect } = useRedis();

const LOST_KEY = 'lost:{s}';

/** A consumer of the group that collects its reports. */
async function member(name: string): Promise<StreamConsumer & { gaps: StreamGap[] }> {
  const blocking = await connect();
  const gaps: StreamGap[] = [];
  const onGap = (gap: StreamGap) => gaps.push(gap);
  const place = { stream: 's', group: 'g', consumer: name, lostKey: LOST_KEY, onGap };
  return Object.assign(new StreamConsumer(redis(), blocking, place), { gaps });
}

/** All entries that claiming pending ones yields. */
async function claimAll(consumer: StreamConsumer, count = 10): Promise<StreamEntry[]> {
  const all: StreamEntry[] = [];
  for await (const entries of consumer.claimIdle(0, count)) all.push(...entries);
  return all;
}

const ids = (entries: StreamEntry[]) => entries.map(({ id }) => Number(id.split('-')[0]));

describe('StreamConsumer', () => {
  it('creates group and stream once, and delivers entries added after the start', async () => {
    const consumer = await member('a');
    await redis().xadd('s', '1-0', 'n', 'old');
    await redis().xadd('s', '2-0', 'n', 'new');
    expect(await consumer.ensureGroup('1-0')).toBe(true);
    expect(await consumer.ensureGroup('0')).toBe(false);
    expect(await consumer.readNew(10, 1)).toEqual([{ id: '2-0', fields: ['n', 'new'], deliveries: 1 }]);
    expect(await consumer.readNew(10, 1)).toEqual([]);
  });

  it('wakes for an entry that arrives while it waits', async () => {
    const consumer = await member('a');
    await consumer.ensureGroup('0');
    const waiting = consumer.readNew(10, 10_000);
    await redis().xadd('s', '1-0', 'n', '1');
    expect(await waiting).toHaveLength(1);
  });

  it('does not wait where it may not', async () => {
    const consumer = await member('a');
    await consumer.ensureGroup('0');
    expect(await consumer.readNew(10, 0)).toEqual([]);
  });

  it('undoes a delivery: the count is one less, idle time and consumer stay, also of an entry that another has claimed since', async () => {
    const [consumer, other] = [await member('a'), await member('b')];
    await consumer.ensureGroup('0');
    for (const id of ['1-0', '2-0', '3-0']) await redis().xadd('s', id, 'n', '1');
    await consumer.readNew(10, 1);
    expect((await claimAll(consumer)).map(({ deliveries }) => deliveries)).toEqual([2, 2, 2]);
    await redis().xclaim('s', 'g', 'b', 0, '2-0', 'JUSTID');
    await redis().xclaim('s', 'g', 'a', 0, '3-0', 'RETRYCOUNT', 7);
    await redis().xclaim('s', 'g', 'a', 0, '1-0', 'IDLE', 5000, 'JUSTID');
    await consumer.undoDeliveries(['1-0', '2-0', '3-0', '9-0']);
    const pending = (await redis().xpending('s', 'g', '-', '+', 10)) as [string, string, number, number][];
    expect(pending.map(([id, name, , count]) => [id, name, count])).toEqual([
      ['1-0', 'a', 1],
      ['2-0', 'b', 1],
      ['3-0', 'a', 6],
    ]);
    expect(pending[0]?.[2]).toBeGreaterThanOrEqual(5000);
    expect((await claimAll(other)).map(({ deliveries }) => deliveries)).toEqual([2, 2, 7]);
    await consumer.undoDeliveries([]);
  });

  it('counts no delivery of an entry that two consumers claim from each other and put off', async () => {
    const [a, b] = [await member('a'), await member('b')];
    await a.ensureGroup('0');
    await redis().xadd('s', '1-0', 'n', '1');
    await a.readNew(10, 1);
    for (let round = 0; round < 5; round++) {
      await claimAll(b); // before a says that its delivery is not to count
      await a.undoDeliveries(['1-0']);
      await claimAll(a);
      await b.undoDeliveries(['1-0']);
    }
    await a.undoDeliveries(['1-0', '1-0']); // one more than is left: it stays at 0
    expect(await redis().xpending('s', 'g', '-', '+', 10)).toMatchObject([['1-0', 'a', expect.any(Number), 0]]);
  });

  it('knows the last entry of the stream at the start of a read, whatever the read returned', async () => {
    const consumer = await member('a');
    await consumer.ensureGroup('0');
    await consumer.readNew(1, 1);
    expect(consumer.lastId).toBe('0-0');
    for (let i = 1; i <= 5; i++) await redis().xadd('s', `${i}-0`, 'n', String(i));
    const seen: string[] = [];
    for (let i = 1; i <= 3; i++) {
      await consumer.readNew(2, 1);
      seen.push(consumer.lastId);
      await redis().xadd('s', `${i + 5}-0`, 'n', 'later');
    }
    expect(seen).toEqual(['5-0', '6-0', '7-0']);
    await redis().xtrim('s', 'MAXLEN', 0);
    await consumer.readNew(10, 1);
    expect(consumer.lastId).toBe('8-0');
    await redis().del('s');
    await expect(consumer.readNew(10, 1)).rejects.toThrow(NoGroupError);
    expect(consumer.lastId).toBe('');
  });

  it('claims every idle pending entry of others, over more than one page, and counts deliveries', async () => {
    const [dead, alive] = [await member('dead'), await member('alive')];
    await dead.ensureGroup('0');
    for (let i = 1; i <= 25; i++) await redis().xadd('s', `${i}-0`, 'n', String(i));
    await dead.readNew(100, 1);
    const entries = await claimAll(alive);
    expect(entries.map(({ id }) => id)).toEqual(Array.from({ length: 25 }, (_, i) => `${i + 1}-0`));
    expect(new Set(entries.map(({ deliveries }) => deliveries))).toEqual(new Set([2]));
    expect(alive.gaps).toEqual([]);
  });

  it('claims one page at a time: entries not yet asked for stay unchanged', async () => {
    const [dead, alive] = [await member('dead'), await member('alive')];
    await dead.ensureGroup('0');
    for (let i = 1; i <= 3; i++) await redis().xadd('s', `${i}-0`, 'n', String(i));
    await dead.readNew(100, 1);
    for await (const entries of alive.claimIdle(0, 1)) {
      expect(entries.map(({ id }) => id)).toEqual(['1-0']);
      break;
    }
    expect(await redis().xpending('s', 'g', '-', '+', 10)).toMatchObject([
      ['1-0', 'alive', expect.any(Number), 2],
      ['2-0', 'dead', expect.any(Number), 1],
      ['3-0', 'dead', expect.any(Number), 1],
    ]);
  });

  it('knows the delivery count of each entry, even with own entries in between', async () => {
    const [dead, alive] = [await member('dead'), await member('alive')];
    await dead.ensureGroup('0');
    for (let i = 1; i <= 9; i++) await redis().xadd('s', `${i}-0`, 'n', String(i));
    await dead.readNew(1, 1);
    await alive.readNew(7, 1); // own entries, not idle, between the claimed ones
    await dead.readNew(1, 1);
    await redis().xclaim('s', 'g', 'dead', 0, '1-0', '9-0', 'IDLE', 60_000, 'RETRYCOUNT', 4);
    const pages: [string, number][][] = [];
    for await (const entries of alive.claimIdle(30_000.5, 10))
      pages.push(entries.map(({ id, deliveries }) => [id, deliveries]));
    expect(pages).toEqual([[['1-0', 5]], [['9-0', 5]]]);
  });

  it('claims an entry alone that was delivered twice: what ends the process takes none of its neighbours along', async () => {
    const reader = await member('reader');
    await reader.ensureGroup('0');
    for (let i = 1; i <= 6; i++) await redis().xadd('s', `${i}-0`, 'n', String(i));
    await reader.readNew(10, 1);
    const left = async () => (await redis().xpending('s', 'g', '-', '+', 10)) as [string, string, number, number][];
    let diedWith: string[] = [];
    for (let life = 0; life < 5; life++) {
      const all = (await left()).map(([id]) => id);
      const others = all.filter((id) => !diedWith.includes(id)); // idle for longer than what the last one died with
      const idle = others.length > 0 ? others : all;
      await redis().xclaim('s', 'g', 'reader', 0, ...idle, 'IDLE', 60_000, 'JUSTID');
      const consumer = await member(`c${life}`);
      for await (const entries of consumer.claimIdle(30_000, 10)) {
        diedWith = entries.map(({ id }) => id);
        if (diedWith.includes('3-0')) break;
        await consumer.ack(diedWith);
      }
    }
    expect((await left()).map(([id]) => id)).toEqual(['3-0']);
  });

  it('reports no entry that is gone while a consumer may still be processing it, before it has been idle for so long', async () => {
    const [busy, other] = [await member('busy'), await member('other')];
    await busy.ensureGroup('0');
    await redis().xadd('s', '1-0', 'n', '1');
    await redis().xadd('s', '2-0', 'n', '2');
    await busy.readNew(10, 1);
    await redis().xdel('s', '1-0', '2-0');
    for (const consumer of [busy, other]) {
      for await (const entries of consumer.claimIdle(60_000, 10)) expect(entries).toEqual([]);
    }
    await busy.ack(['1-0']); // it ends well with one of them
    expect(await claimAll(other)).toEqual([]);
    expect([busy.gaps, other.gaps]).toEqual([[], [{ count: 1, when: 'pending', from: '2-0', to: '2-0' }]]);
  });

  it('reports entries that were trimmed away after their delivery', async () => {
    const consumer = await member('a');
    await consumer.ensureGroup('0');
    await redis().xadd('s', '1-0', 'n', '1');
    await redis().xadd('s', '2-0', 'n', '2');
    await consumer.readNew(10, 1);
    await redis().xdel('s', '1-0');
    expect(ids(await claimAll(consumer))).toEqual([2]);
    expect(consumer.gaps).toEqual([{ count: 1, when: 'pending', from: '1-0', to: '1-0' }]);
    expect(await redis().hgetall(LOST_KEY)).toMatchObject({
      total: '1',
      last_count: '1',
      last_from: '1-0',
      last_to: '1-0',
    });
    await claimAll(consumer);
    expect(consumer.gaps).toHaveLength(1);
  });

  it('reports them also if their delivery was undone meanwhile', async () => {
    const consumer = await member('a');
    await consumer.ensureGroup('0');
    for (const id of ['1-0', '2-0', '3-0']) await redis().xadd('s', id, 'n', '1');
    await consumer.readNew(10, 1);
    await redis().xdel('s', '1-0', '3-0');
    await consumer.undoDeliveries(['1-0', '2-0', '3-0']);
    expect((await claimAll(consumer)).map(({ id, deliveries }) => [id, deliveries])).toEqual([['2-0', 1]]);
    expect(consumer.gaps).toEqual([{ count: 2, when: 'pending', from: '1-0', to: '3-0' }]);
  });

  it('leaves nothing pending after an acknowledgement', async () => {
    const consumer = await member('a');
    await consumer.ensureGroup('0');
    await redis().xadd('s', '1-0', 'n', '1');
    await consumer.readNew(10, 1);
    await consumer.ack(['1-0']);
    await consumer.ack([]);
    expect(await claimAll(consumer)).toEqual([]);
  });

  it.each(['xgroup', 'del'] as const)('reports that the group is gone (%s)', async (how) => {
    const consumer = await member('a');
    await consumer.ensureGroup('0');
    await (how === 'del' ? redis().del('s') : redis().xgroup('DESTROY', 's', 'g'));
    await expect(consumer.readNew(10, 1)).rejects.toThrow(NoGroupError);
    await expect(claimAll(consumer)).rejects.toThrow(NoGroupError);
  });

  // What a read learns of a key that became another type depends on the server: NOGROUP, or WRONGTYPE since Redis 7.2.
  it.each([
    ['xgroup', NoGroupError],
    ['del', NoGroupError],
    ['set', /NOGROUP|WRONGTYPE|no longer exists/],
  ] as const)('reports it for a blocked read too (%s)', async (how, error) => {
    const consumer = await member('a');
    await consumer.ensureGroup('0');
    const waiting = expect(consumer.readNew(10, 10_000)).rejects.toThrow(error);
    await waitFor(async () => /blocked_clients:1/.test(await redis().info('clients')), { what: 'the read to wait' });
    if (how === 'xgroup') await redis().xgroup('DESTROY', 's', 'g');
    else await (how === 'del' ? redis().del('s') : redis().set('s', '1'));
    await waiting;
  });
});
