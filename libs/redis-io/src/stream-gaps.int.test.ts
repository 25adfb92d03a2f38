import { describe, expect, it } from '@jest/globals';
import { boundedRuns, useRedis, waitFor } from '@quantum/testing';
import fc from 'fast-check';
import { StreamConsumer, type StreamGap, type Redis, type StreamEntry } from './index.js';

const { redis, connect } = useRedis();

const LOST_KEY = 'lost:{s}';

/** A consumer of the group that collects its reports. */
async function member(
  name = 'a',
  given?: Redis,
  settleMs = 10_000,
): Promise<StreamConsumer & { gaps: StreamGap[]; possible: number[] }> {
  const blocking = given ?? (await connect());
  const [gaps, possible]: [StreamGap[], number[]] = [[], []];
  const onGap = (gap: StreamGap) => gaps.push(gap);
  const onPossiblyLost = (count: number) => possible.push(count);
  const place = { stream: 's', group: 'g', consumer: name, lostKey: LOST_KEY, onGap, onPossiblyLost, settleMs };
  return Object.assign(new StreamConsumer(redis(), blocking, place), { gaps, possible });
}

/** Adds entries `from`-0 to `to`-0. */
async function fill(from: number, to: number): Promise<void> {
  for (let i = from; i <= to; i++) await redis().xadd('s', `${i}-0`, 'n', String(i));
}

const ids = (entries: StreamEntry[]) => entries.map(({ id }) => Number(id.split('-')[0]));
const counted = (...members: { gaps: StreamGap[] }[]) =>
  members.flatMap(({ gaps }) => gaps).reduce((sum, { count }) => sum + count, 0);
const kept = async () => Number((await redis().hget(LOST_KEY, 'total')) ?? 0);
/** The lag, as operators see it. */
async function lag(): Promise<unknown> {
  const [group] = (await redis().xinfo('GROUPS', 's')) as unknown[][];
  return group?.[group.indexOf('lag') + 1];
}

/** A group with 1 to 4 delivered and 5 to 10 waiting. */
async function halfRead(): Promise<Awaited<ReturnType<typeof member>>> {
  const consumer = await member();
  await consumer.ensureGroup('0');
  await fill(1, 10);
  expect(ids(await consumer.readNew(4, 1))).toEqual([1, 2, 3, 4]);
  return consumer;
}

describe('entries that disappear before their delivery are counted', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['MAXLEN', () => redis().xtrim('s', 'MAXLEN', 3)],
    ['MINID', () => redis().xtrim('s', 'MINID', '8')],
    ['XADD MAXLEN', () => redis().xadd('s', 'MAXLEN', 3, '11-0', 'n', '11')],
    ['XDEL', () => redis().xdel('s', '1-0', '2-0', '3-0', '4-0', '5-0', '6-0', '7-0')],
  ])('after %s', async (_how, trim) => {
    const consumer = await halfRead();
    await trim();
    const left = ids((await redis().xrange('s', '(4-0', '+')).map(([id]) => ({ id, fields: [], deliveries: 0 })));
    expect(ids(await consumer.readNew(100, 1))).toEqual(left);
    await consumer.readNew(100, 1);
    const first = left[0] ?? 0;
    expect(consumer.gaps).toEqual([{ count: first - 5, when: 'undelivered', from: '4-0', to: `${first}-0` }]);
    expect(await kept()).toBe(first - 5);
    expect(await lag()).toBe(0);
  });

  it('or as possibly lost, if they were added and trimmed while a read waited', async () => {
    const [first, second] = [await member('a', undefined, 0), await member('b', undefined, 0)];
    await first.ensureGroup('0');
    await fill(1, 4);
    await first.readNew(100, 1);
    await first.readNew(100, 1);
    const waiting = first.readNew(100, 10_000);
    await waitFor(async () => /blocked_clients:1/.test(await redis().info('clients')), { what: 'the read to wait' });
    const all = redis().multi();
    for (let i = 5; i <= 10; i++) all.xadd('s', `${i}-0`, 'n', String(i));
    await all.xtrim('s', 'MAXLEN', 2).exec();
    expect(ids(await waiting)).toEqual([9, 10]);
    for (const consumer of [first, second, first]) await consumer.readNew(100, 1);
    const possible = [...first.possible, ...second.possible].reduce((sum, count) => sum + count, 0);
    expect(counted(first, second) + possible).toBe(4);
    expect(Number(await redis().hget(LOST_KEY, 'possibly_lost'))).toBe(possible);
    for (const consumer of [second, first]) await consumer.readNew(100, 1);
    expect(Number(await redis().hget(LOST_KEY, 'possibly_lost'))).toBe(possible); // once
  });

  it('and what a consumer was given and has not said is not, for as long as that may take', async () => {
    const [first, second] = [await member('a'), await member('b')];
    await first.ensureGroup('0');
    await first.readNew(100, 1);
    await fill(1, 4);
    await first.readNew(100, 1);
    await second.readNew(100, 1); // first has not said yet
    await first.readNew(100, 1);
    await second.readNew(100, 1);
    await fill(5, 5);
    await first.readNew(100, 1);
    await first.leave(); // it says so now
    await second.readNew(100, 1);
    expect([...first.possible, ...second.possible]).toEqual([]);
    expect(await redis().hgetall(LOST_KEY)).toEqual({ total: '0', accounted: '5' });
  });

  it('if nothing is left at all, and not again when more arrives', async () => {
    const consumer = await halfRead();
    await redis().xtrim('s', 'MAXLEN', 0);
    await consumer.readNew(100, 1);
    expect(consumer.gaps).toEqual([{ count: 6, when: 'undelivered', from: '4-0', to: '10-0' }]);
    await fill(11, 13);
    expect(ids(await consumer.readNew(100, 1))).toEqual([11, 12, 13]);
    await consumer.readNew(100, 1);
    expect(consumer.gaps).toHaveLength(1);
  });

  it('before the very first delivery', async () => {
    const consumer = await member();
    await consumer.ensureGroup('0');
    await fill(1, 10);
    await redis().xtrim('s', 'MAXLEN', 3);
    await consumer.readNew(100, 1);
    expect(counted(consumer)).toBe(7);
  });

  it('of a group that was created in the middle of a stream', async () => {
    await fill(1, 10);
    const consumer = await member();
    await consumer.ensureGroup('5-0');
    expect(await lag()).toBe(5);
    await redis().xtrim('s', 'MAXLEN', 2);
    expect(ids(await consumer.readNew(1, 1))).toEqual([9]);
    await consumer.readNew(100, 1);
    expect(counted(consumer)).toBe(3);
  });

  it('of a group that was created at an id that the stream has not reached yet: the skipped range', async () => {
    await fill(1, 3);
    const consumer = await member();
    await consumer.ensureGroup('8-0');
    await fill(4, 10);
    expect(ids(await consumer.readNew(100, 1))).toEqual([9, 10]);
    await consumer.readNew(100, 1);
    expect(counted(consumer)).toBe(5);
  });

  it('once, if several disappear at different times', async () => {
    const [consumer, other] = [await halfRead(), await member('b')];
    await redis().xtrim('s', 'MINID', '7'); // 5, 6
    expect(ids(await other.readNew(1, 1))).toEqual([7]);
    await redis().xtrim('s', 'MINID', '9'); // 8, and 7, which is pending
    await consumer.readNew(100, 1);
    await fill(11, 12);
    await redis().xtrim('s', 'MAXLEN', 1); // 11
    await consumer.readNew(100, 1);
    expect(counted(consumer, other)).toBe(4);
  });

  it('after a restart of all consumers', async () => {
    await halfRead();
    await redis().xtrim('s', 'MAXLEN', 3);
    const heir = await member('heir');
    expect(await heir.ensureGroup('0')).toBe(false);
    await heir.readNew(100, 1);
    const next = await member('next');
    await next.readNew(100, 1);
    expect([counted(heir), counted(next), await kept()]).toEqual([3, 0, 3]);
  });
});

describe('nothing is counted', () => {
  it('that was delivered before it was trimmed or deleted', async () => {
    const consumer = await halfRead();
    await redis().xdel('s', '2-0', '4-0');
    await redis().xtrim('s', 'MINID', '4');
    await consumer.readNew(100, 1);
    await redis().xdel('s', '10-0');
    await redis().xtrim('s', 'MAXLEN', 0);
    await consumer.readNew(100, 1);
    expect(counted(consumer)).toBe(0);
  });

  it('that disappeared before the group was created', async () => {
    await fill(1, 10);
    await redis().xtrim('s', 'MAXLEN', 3);
    const consumer = await member();
    await consumer.ensureGroup('0');
    await consumer.readNew(100, 1);
    expect(counted(consumer)).toBe(0);
  });

  it.each(['8-0', '0', '$'])('that an operator made the group skip, or read again (SETID %s)', async (id) => {
    const consumer = await halfRead();
    await redis().xgroup('SETID', 's', 'g', id);
    await consumer.readNew(100, 1);
    await consumer.readNew(100, 1);
    expect(counted(consumer)).toBe(0);
    await fill(11, 14);
    await redis().xtrim('s', 'MAXLEN', 1);
    await consumer.readNew(100, 1);
    expect(counted(consumer)).toBe(3); // and from that point it counts again
  });

  it('among waiting entries of which one was deleted: Redis itself loses count there', async () => {
    const consumer = await halfRead();
    await redis().xdel('s', '7-0');
    await consumer.readNew(1, 1);
    await consumer.readNew(100, 1);
    await consumer.readNew(100, 1);
    expect(counted(consumer)).toBe(0);
    expect(await lag()).toBe(0);
  });

  it('if the last one was deleted before its delivery, but later ones are counted', async () => {
    const consumer = await halfRead();
    await redis().xdel('s', '10-0');
    await consumer.readNew(100, 1);
    await consumer.readNew(100, 1);
    await fill(11, 14);
    await redis().xtrim('s', 'MAXLEN', 1);
    await consumer.readNew(100, 1);
    expect(counted(consumer)).toBe(3);
  });
});

describe('several consumers', () => {
  it('count every gap once, for any adds, trims and reads, and never a delivered entry', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('add' as const), count: fc.integer({ min: 1, max: 6 }) }),
      fc.record({ kind: fc.constant('trim' as const), count: fc.integer({ min: 0, max: 6 }) }),
      fc.record({ kind: fc.constant('read' as const), count: fc.integer({ min: 1, max: 4 }), by: fc.nat(2) }),
      fc.record({ kind: fc.constant('restart' as const), by: fc.nat(2) }),
    );
    const connections = await Promise.all([connect(), connect(), connect()]);
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        await redis().flushall();
        const all = await Promise.all(connections.map((connection, i) => member(`m${i}`, connection)));
        const members = [...all];
        await members[0]?.ensureGroup('0');
        const delivered: number[] = [];
        let added = 0;
        for (const one of steps) {
          if (one.kind === 'add') await fill(added + 1, (added += one.count));
          else if (one.kind === 'trim') await redis().xtrim('s', 'MAXLEN', one.count);
          else if (one.kind === 'restart') all.push((members[one.by] = await member('next', connections[one.by])));
          else delivered.push(...ids((await members[one.by]?.readNew(one.count, 1)) ?? []));
        }
        // Two at once, until nothing waits and everything is accounted for.
        for (let i = 0; i < 2; i++) {
          const batches = await Promise.all(members.slice(0, 2).map((consumer) => consumer.readNew(1000, 1)));
          delivered.push(...ids(batches.flat()));
        }
        expect(counted(...all)).toBe(added - delivered.length);
        expect(await kept()).toBe(added - delivered.length);
      }),
      boundedRuns(60),
    );
  });
});

describe('the consumers of a group', () => {
  const names = async () =>
    ((await redis().xinfo('CONSUMERS', 's', 'g')) as unknown[][]).map((one) => one[one.indexOf('name') + 1]).sort();

  it('that left are removed once they hold nothing: only ours, only others, and only after a long idle time', async () => {
    const consumer = await member('ours:a');
    await consumer.ensureGroup('0');
    await fill(1, 2);
    for (const name of ['ours:gone', 'other:gone']) await redis().xgroup('CREATECONSUMER', 's', 'g', name);
    await redis().xreadgroup('GROUP', 'g', 'ours:holds', 'COUNT', 1, 'STREAMS', 's', '>');
    await consumer.readNew(1, 1);
    await consumer.ack(['2-0']);
    expect(await consumer.removeIdle('ours:', 60_000)).toEqual([]);
    expect(await consumer.removeIdle('ours:', 0)).toEqual(['ours:gone']);
    expect(await names()).toEqual(['other:gone', 'ours:a', 'ours:holds']);
    await consumer.ack(['1-0']);
    expect(await consumer.removeIdle('ours:', 0)).toEqual(['ours:holds']);
  });

  it('leave by themselves, unless they hold something', async () => {
    const consumer = await member('ours:a');
    await consumer.ensureGroup('0');
    await fill(1, 1);
    await consumer.readNew(1, 1);
    expect(await consumer.leave()).toBe(false);
    await consumer.ack(['1-0']);
    expect(await consumer.leave()).toBe(true);
    expect(await names()).toEqual([]);
  });
});
