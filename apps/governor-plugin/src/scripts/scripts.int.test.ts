import { describe, expect, it } from '@jest/globals';
import { runRows, runScripts, scriptCommand, untilReady, type Reply, type Row } from '@quantum/redis-io';
import { dailyKey, decidedKey, lastExecKey, permitKey, windowKey } from '@quantum/redis-schemas';
import { expectTtl, serverTimeMs, useRedis } from '@quantum/testing';
import { RECORD } from './record.js';
import { RELEASE, RESERVE, SETTLE } from './reserve.js';

const { redis, connect } = useRedis();

function valueOf(reply: Reply | undefined): unknown {
  if (!reply?.ok) throw reply?.error ?? new Error('no reply');
  return reply.value;
}

const WINDOWS = [windowKey('X'), dailyKey('X')];
const NOW_SEC = 1_763_899_200.25;
const DAY = '2025-11-23';

/** A plan of X without limits but, where the row is bound, one of 10 USD a day. */
const reserveRow = (id: string, usd: number, wanted = 1, bound = 1): Row => ({
  keys: WINDOWS,
  args: [id, usd, usd * 1e6, `${wanted}${bound}${bound}`, ''],
});

async function reserveAll(rows: readonly Row[], { day = DAY, nowSec = NOW_SEC } = {}): Promise<unknown[]> {
  await untilReady(redis());
  return (await runRows(redis(), RESERVE, [nowSec, day, '', '', '', 10], rows)).map(valueOf);
}

const reserve = async (id: string, usd: number, { day = DAY, wanted = 1 } = {}) =>
  (await reserveAll([reserveRow(id, usd, wanted)], { day }))[0];

describe('RECORD', () => {
  /** A record whose last value is the permit, if there is one: texts of more bytes than characters. */
  const row = (planId: string, permit: string, ...symbols: string[]): Row => ({
    keys: [decidedKey(planId), permitKey(planId), ...symbols.map(lastExecKey)],
    args: [`{rećord of ${planId}${permit}}`, Buffer.byteLength(permit)],
  });
  const recordAll = async (...rows: Row[]) => {
    await untilReady(redis());
    return (await runRows(redis(), RECORD, [100, 60, 3600, NOW_SEC], rows)).map(valueOf);
  };

  it('sets record and permit together, once', async () => {
    const sinceMs = await serverTimeMs(redis());
    expect(await recordAll(row('p1', 'permit JSŌN'))).toEqual([['']]);
    expect(await recordAll(row('p1', 'another'))).toEqual([['{rećord of p1permit JSŌN}']]);
    expect(await redis().mget(decidedKey('p1'), permitKey('p1'))).toEqual(['{rećord of p1permit JSŌN}', 'permit JSŌN']);
    await expectTtl(redis(), decidedKey('p1'), 100, sinceMs);
    await expectTtl(redis(), permitKey('p1'), 60, sinceMs);
  });

  it('sets no permit, and stamps nothing, where there is none', async () => {
    expect(await recordAll(row('refused', '', 'X'))).toEqual([['']]);
    expect(await redis().mget(decidedKey('refused'), permitKey('refused'), lastExecKey('X'))).toEqual([
      '{rećord of refused}',
      null,
      null,
    ]);
  });

  it('leaves a permit alone that appeared meanwhile, and records nothing', async () => {
    await redis().set(permitKey('p1'), 'foreign');
    expect(await recordAll(row('p1', 'ours', 'X'))).toEqual([['permit']]);
    expect(await redis().mget(decidedKey('p1'), permitKey('p1'), lastExecKey('X'))).toEqual([null, 'foreign', null]);
  });

  it('stamps the last execution, unless a newer one stands, and says why where it cannot', async () => {
    const sinceMs = await serverTimeMs(redis());
    await redis().set(lastExecKey('NEWER'), NOW_SEC + 1);
    await redis().lpush(lastExecKey('LIST'), 'no such type');
    const answers = await recordAll(row('p1', '1', 'X'), row('p2', '2', 'NEWER'), row('p3', '3', 'LIST'));
    expect(answers).toEqual([['', true], ['', true], ['', { err: expect.stringMatching(/^WRONGTYPE/) as unknown }]]); // prettier-ignore
    expect(await redis().mget(lastExecKey('X'), lastExecKey('NEWER'))).toEqual([String(NOW_SEC), String(NOW_SEC + 1)]);
    await expectTtl(redis(), lastExecKey('X'), 3600, sinceMs);
    expect(await redis().get(permitKey('p3'))).toBe('3');
  });

  it('does each row by itself: what is broken in one leaves the others alone', async () => {
    await redis().lpush(decidedKey('p2'), 'no such type');
    await untilReady(redis());
    const replies = await runRows(redis(), RECORD, [100, 60, 3600, NOW_SEC], ['p1', 'p2', 'p3'].map((id) => row(id, id, 'X'))); // prettier-ignore
    expect(replies).toMatchObject([{ ok: true }, { ok: false, kind: 'key' }, { ok: true }]);
    expect(await redis().mget(['p1', 'p2', 'p3'].map(permitKey))).toEqual(['p1', null, 'p3']);
  });
});

describe('RESERVE', () => {
  it('counts a plan once, and leaves it out of its own numbers', async () => {
    const first = await reserve('p1', 10);
    expect(first).toEqual([true, true, 0, 0, '', true, '0', false]);
    expect(await reserve('p1', 10)).toEqual([true, true, 0, 0, '', true, '0', true]);
    expect(await reserve('p2', 0.000001)).toEqual([false, true, 1, 1, String(NOW_SEC), true, '10000000', false]);
    expect(await redis().hgetall(dailyKey('X'))).toEqual({ day: DAY, 'p:p1': '10000000', total_micro_usd: '10000000' });
  });

  it.each([[10, 3], [3, 10]])('counts a plan that is tried again with the larger sum, until it is settled (%i, then %i)', async (one, two) => {
    await reserveAll([reserveRow('p1', one, 1, 0)], { nowSec: NOW_SEC - 5 });
    expect(await reserve('p1', two)).toEqual([true, true, 0, 0, '', true, '0', true]);
    expect(await redis().hgetall(dailyKey('X'))).toEqual({ day: DAY, 'p:p1': '10000000', total_micro_usd: '10000000' });
  }); // prettier-ignore

  it('only reads where no place is wanted, and says where the plan has one', async () => {
    expect(await reserve('p1', 1, { wanted: 0 })).toEqual([false, true, 0, 0, '', true, '0', false]);
    expect(await redis().exists(...WINDOWS)).toBe(0);
    await reserve('p1', 1);
    expect(await reserve('p1', 1, { wanted: 0 })).toEqual([true, true, 0, 0, '', true, '0', true]);
  });

  it('starts a day anew, and does not go back to one that is over', async () => {
    await reserve('p1', 10);
    await reserve('p2', 1, { day: '2025-11-24' });
    expect(await redis().hgetall(dailyKey('X'))).toEqual({ day: '2025-11-24', 'p:p2': '1000000', total_micro_usd: '1000000' });
    expect(await reserve('p3', 1)).toEqual([true, true, 2, 2, String(NOW_SEC), true, '1000000', false]);
    expect(await redis().hget(dailyKey('X'), 'day')).toBe('2025-11-24');
  }); // prettier-ignore

  it('counts the rows of a call one after the other, those that no limit binds too', async () => {
    const rows = [reserveRow('p1', 6), reserveRow('p2', 5), reserveRow('close', 7, 1, 0), reserveRow('p3', 4)];
    expect((await reserveAll(rows)).map((answer) => (answer as unknown[])[0])).toEqual([true, false, true, false]);
    expect(await redis().hget(dailyKey('X'), 'total_micro_usd')).toBe('13000000');
  });

  it('counts what is in the window and no more: not what is ahead, what is older, nor itself', async () => {
    const ages = { ahead: -1, now: 0, young: 299.75, burst: 300, hour: 3599.75, old: 3600 };
    for (const [id, ageSec] of Object.entries(ages)) await redis().zadd(windowKey('X'), NOW_SEC - ageSec, id);
    const counts = async (id: string) => ((await reserve(id, 0, { wanted: 0 })) as number[]).slice(2, 4);
    expect([await counts('new'), await counts('young'), await counts('old')]).toEqual([[4, 2], [3, 1], [4, 2]]); // prettier-ignore
    await redis().zrem(windowKey('X'), 'ahead', 'old');
    expect([await counts('new'), await counts('young')]).toEqual([[4, 2], [3, 1]]); // prettier-ignore
    await redis().zrem(windowKey('X'), 'hour', 'burst');
    expect([await counts('new'), await counts('young')]).toEqual([[2, 2], [1, 1]]); // prettier-ignore
  });

  it('counts the same for a user who may not ask for the size of a window', async () => {
    await reserve('p1', 1);
    await redis().acl('SETUSER', 'guest', 'on', '>secret', '~*', '+@all', '-zcard');
    const guest = connect({ username: 'guest', password: 'secret' });
    await untilReady(guest);
    const [reply] = await runRows(guest, RESERVE, [NOW_SEC, DAY, '', '', '', 10], [reserveRow('p2', 1)]);
    expect((valueOf(reply) as unknown[]).slice(0, 7)).toEqual([true, true, 1, 1, String(NOW_SEC), true, '1000000']);
  });

  it.each(['p1', '-'.repeat(65)])('makes a skip list of a window from its first plan on, %s, and puts nothing else in', async (id) => {
    await reserve(id, 1);
    expect(await redis().object('ENCODING', windowKey('X'))).toBe('skiplist');
    expect(await redis().zrange(windowKey('X'), '0', '-1')).toEqual([id]);
  }); // prettier-ignore

  it('makes one within ten minutes of a window that was loaded from disk', async () => {
    await redis().zadd(windowKey('X'), NOW_SEC - 600, 'p1');
    expect(await redis().object('ENCODING', windowKey('X'))).toBe('listpack');
    await reserve('p2', 1);
    expect(await redis().object('ENCODING', windowKey('X'))).toBe('skiplist');
    expect(await redis().zrange(windowKey('X'), '0', '-1')).toEqual(['p1', 'p2']);
  });

  it('keeps what two hours do not hold no longer', async () => {
    await redis().zadd(WINDOWS[0] ?? '', NOW_SEC - 7200, 'old', NOW_SEC - 7199.75, 'young');
    await reserve('p1', 1);
    expect(await redis().zrange(windowKey('X'), '0', '-1')).toEqual(['young', 'p1']);
  });
});

describe('RELEASE', () => {
  const release = async (id: string) =>
    valueOf((await runScripts(redis(), [RELEASE], [scriptCommand(RELEASE, WINDOWS, [id])]))[0]);

  it('undoes a reservation, once', async () => {
    await reserve('p1', 3);
    await reserve('p2', 4);
    expect([await release('p1'), await release('p1'), await release('never')]).toEqual([1, 0, 0]);
    expect(await redis().zrange(windowKey('X'), '0', '-1')).toEqual(['p2']);
    expect(await redis().hgetall(dailyKey('X'))).toEqual({ day: DAY, 'p:p2': '4000000', total_micro_usd: '4000000' });
  });

  it.each([0, 1])('tidies one key where the other is of another type (%i)', async (broken) => {
    await reserve('p1', 3);
    await redis().del(WINDOWS[broken] ?? '');
    await redis().set(WINDOWS[broken] ?? '', 'no such type');
    expect([await release('p1'), await release('p1')]).toEqual([1, 0]);
  });
});

describe('SETTLE', () => {
  const settle = async (id: string, usd: number) =>
    valueOf((await runScripts(redis(), [SETTLE], [scriptCommand(SETTLE, WINDOWS, [id, NOW_SEC - 1, usd * 1e6])]))[0]);
  const books = async () => [await redis().zrange(windowKey('X'), '0', '-1', 'WITHSCORES'), await redis().hgetall(dailyKey('X'))]; // prettier-ignore

  it('counts a plan with the time and the sum of its permit', async () => {
    await reserve('p1', 6);
    await reserve('p2', 4);
    expect([await settle('p1', 2.5), await settle('p1', 2.5)]).toEqual([1, 0]);
    const day = { day: DAY, 'p:p1': '2500000', 'p:p2': '4000000', total_micro_usd: '6500000' };
    expect(await books()).toEqual([['p1', String(NOW_SEC - 1), 'p2', String(NOW_SEC)], day]);
  });

  it('counts nothing that is not counted', async () => {
    expect(await settle('p1', 1)).toBe(0);
    expect(await books()).toEqual([[], {}]);
    await reserve('p2', 4);
    const before = await books();
    expect(await settle('p1', 1)).toBe(0);
    expect(await books()).toEqual(before);
  });

  it.each([0, 1])('leaves alone what is of another type (%i), or no sum', async (broken) => {
    await reserve('p1', 3);
    await redis().hset(dailyKey('X'), 'p:p2', 'garbage');
    expect(await settle('p2', 1)).toBe(0);
    await redis().del(WINDOWS[broken] ?? '');
    await redis().set(WINDOWS[broken] ?? '', 'no such type');
    expect(await settle('p1', 1)).toBe(broken === 0 ? 1 : 0);
  });
});
