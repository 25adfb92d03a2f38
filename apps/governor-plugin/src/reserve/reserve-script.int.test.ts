import { describe, expect, it } from '@jest/globals';
import { runRows, runScripts, scriptCommand, valueOf, type Row } from '@quantum/redis-io';
import { dailyKey, decidedKey, inFlightKey, lastExecKey, parseNumber, windowKey } from '@quantum/redis-schemas';
import { serverTimeMs, useRedis } from '@quantum/testing';
import { RESERVE } from './reserve-script.js';
import { RELEASE, SETTLE } from '../record/settle-scripts.js';

const { redis, connect } = useRedis();

const WINDOWS = [windowKey('X'), dailyKey('X'), inFlightKey('X')];
const NOW_SEC = 1_763_899_200.25;
const DAY = '2025-11-23';

/** No deadline that a test could meet. */
const NEVER_MS = Number.MAX_SAFE_INTEGER;

/** A plan of X without limits but, where the row is bound, one of 10 USD a day. */
const reserveRow = (id: string, usd: number, wanted = 1, bound = 1): Row => ({
  keys: WINDOWS,
  args: [id, usd, usd * 1e6, `${wanted}${bound}${bound}0`, '', NEVER_MS, ''],
});

async function reserveAll(rows: readonly Row[], { day = DAY, nowSec = NOW_SEC } = {}): Promise<unknown[]> {
  return (await runRows(redis(), RESERVE, [nowSec, day, '', '', '', 10], rows)).map(valueOf);
}

const reserve = async (id: string, usd: number, { day = DAY, wanted = 1 } = {}) =>
  (await reserveAll([reserveRow(id, usd, wanted)], { day }))[0];

describe('RESERVE', () => {
  it('counts a plan once, and leaves it out of its own numbers', async () => {
    const first = await reserve('p1', 10);
    expect(first).toEqual([true, true, 0, 0, '', true, '0', false, '']);
    expect(await reserve('p1', 10)).toEqual([true, true, 0, 0, '', true, '0', true, '']);
    expect(await reserve('p2', 0.000001)).toEqual([false, true, 1, 1, String(NOW_SEC), true, '10000000', false, '']);
    expect(await redis().hgetall(dailyKey('X'))).toEqual({ day: DAY, 'p:p1': '10000000', total_micro_usd: '10000000' });
  });

  it.each([
    [10, 3],
    [3, 10],
  ])('counts a plan that is tried again with the larger sum, until it is settled (%i, then %i)', async (one, two) => {
    await reserveAll([reserveRow('p1', one, 1, 0)], { nowSec: NOW_SEC - 5 });
    expect(await reserve('p1', two)).toEqual([true, true, 0, 0, '', true, '0', true, '']);
    expect(await redis().hgetall(dailyKey('X'))).toEqual({ day: DAY, 'p:p1': '10000000', total_micro_usd: '10000000' });
  });

  it('only reads where no reservation is wanted, and says where the plan has one', async () => {
    expect(await reserve('p1', 1, { wanted: 0 })).toEqual([false, true, 0, 0, '', true, '0', false, '']);
    expect(await redis().exists(...WINDOWS)).toBe(0);
    await reserve('p1', 1);
    expect(await reserve('p1', 1, { wanted: 0 })).toEqual([true, true, 0, 0, '', true, '0', true, '']);
  });

  it('starts a day anew, and does not go back to one that is over', async () => {
    await reserve('p1', 10);
    await reserve('p2', 1, { day: '2025-11-24' });
    expect(await redis().hgetall(dailyKey('X'))).toEqual({
      day: '2025-11-24',
      'p:p2': '1000000',
      total_micro_usd: '1000000',
    });
    expect(await reserve('p3', 1)).toEqual([true, true, 2, 2, String(NOW_SEC), true, '1000000', false, '']);
    expect(await redis().hget(dailyKey('X'), 'day')).toBe('2025-11-24');
  });

  it('counts the rows of a call one after the other, those that no limit binds too', async () => {
    const rows = [reserveRow('p1', 6), reserveRow('p2', 5), reserveRow('close', 7, 1, 0), reserveRow('p3', 4)];
    expect((await reserveAll(rows)).map((answer) => (answer as unknown[])[0])).toEqual([true, false, true, false]);
    expect(await redis().hget(dailyKey('X'), 'total_micro_usd')).toBe('13000000');
  });

  it('counts what is in the window, what is ahead of the clock too, but not what is older, nor itself', async () => {
    const ages = { ahead: -1, far: -4000, now: 0, young: 299.75, burst: 300, hour: 3599.75, old: 3600 };
    for (const [id, ageSec] of Object.entries(ages)) await redis().zadd(windowKey('X'), NOW_SEC - ageSec, id);
    const counts = async (id: string) => ((await reserve(id, 0, { wanted: 0 })) as number[]).slice(2, 4);
    expect([await counts('new'), await counts('young'), await counts('old')]).toEqual([[6, 4], [5, 3], [6, 4]]); // prettier-ignore
    await redis().zrem(windowKey('X'), 'ahead', 'old');
    expect([await counts('new'), await counts('young')]).toEqual([[5, 3], [4, 2]]); // prettier-ignore
    await redis().zrem(windowKey('X'), 'far', 'hour', 'burst');
    expect([await counts('new'), await counts('young')]).toEqual([[2, 2], [1, 1]]); // prettier-ignore
  });

  it('counts the same for a user who may not ask for the size of a window', async () => {
    await reserve('p1', 1);
    await redis().acl('SETUSER', 'guest', 'on', '>secret', '~*', '+@all', '-zcard');
    const guest = await connect({ username: 'guest', password: 'secret' });
    const [reply] = await runRows(guest, RESERVE, [NOW_SEC, DAY, '', '', '', 10], [reserveRow('p2', 1)]);
    expect((valueOf(reply) as unknown[]).slice(0, 7)).toEqual([true, true, 1, 1, String(NOW_SEC), true, '1000000']);
  });

  it.each(['p1', '-'.repeat(65)])(
    'makes a skip list of a window from its first plan on, %s, and puts nothing else in',
    async (id) => {
      await reserve(id, 1);
      expect(await redis().object('ENCODING', windowKey('X'))).toBe('skiplist');
      expect(await redis().zrange(windowKey('X'), '0', '-1')).toEqual([id]);
    },
  );

  it('makes one within ten minutes of a window that was loaded from disk', async () => {
    await redis().zadd(windowKey('X'), NOW_SEC - 600, 'p1');
    expect(await redis().object('ENCODING', windowKey('X'))).toBe('listpack');
    await reserve('p2', 1);
    expect(await redis().object('ENCODING', windowKey('X'))).toBe('skiplist');
    expect(await redis().zrange(windowKey('X'), '0', '-1')).toEqual(['p1', 'p2']);
  });

  it.each(['nan', 'inf', '0x7fffffff', '1e999', '9'.repeat(2000), ' +1e3 ', '-5.5'])(
    'takes a last execution from a text where the governor would: %s',
    async (text) => {
      await redis().set(lastExecKey('X'), text);
      const row = { ...reserveRow('p1', 1), keys: [...WINDOWS, lastExecKey('X')] };
      const [answer] = (await reserveAll([row])) as unknown[][];
      expect(answer?.slice(0, 5)).toEqual([true, true, 0, 0, String(parseNumber(text) ?? '')]);
    },
  );

  it('does nothing once its deadline is over by the clock of the server', async () => {
    const now = await serverTimeMs(redis());
    const row = (deadlineMs: number): Row => ({ keys: WINDOWS, args: ['p1', 1, 1e6, '1110', '', deadlineMs, ''] });
    expect(await reserveAll([row(now - 1)])).toEqual(['late']);
    expect(await redis().exists(...WINDOWS)).toBe(0);
    expect(await reserveAll([row(now + 60_000)])).toEqual([[true, true, 0, 0, '', true, '0', false, '']]);
  });

  it('reads the last execution that other readers know, where it is the newer one', async () => {
    const row = { ...reserveRow('p1', 1, 0), keys: [...WINDOWS, lastExecKey('X')] };
    const last = async () => ((await reserveAll([row]))[0] as unknown[])[4];
    expect(await last()).toBe('');
    await redis().set(lastExecKey('X'), '1763899000.5');
    expect(await last()).toBe('1763899000.5');
    await redis().zadd(windowKey('X'), NOW_SEC - 1, 'p0');
    expect(await last()).toBe(String(NOW_SEC - 1));
    await redis().del(lastExecKey('X'));
    await redis().lpush(lastExecKey('X'), 'no such type');
    expect(await last()).toBe(String(NOW_SEC - 1));
  });

  it('keeps what two hours do not hold no longer', async () => {
    await redis().zadd(WINDOWS[0] ?? '', NOW_SEC - 7200, 'old', NOW_SEC - 7199.75, 'young');
    await reserve('p1', 1);
    expect(await redis().zrange(windowKey('X'), '0', '-1')).toEqual(['young', 'p1']);
  });
});

describe('a reservation', () => {
  const inFlight = async () => {
    const { '{}': kept, ...plans } = await redis().hgetall(inFlightKey('X'));
    expect(kept).toBe('');
    return plans;
  };
  const later = async (id: string, usd: number, sec: number) =>
    ((await reserveAll([reserveRow(id, usd)], { nowSec: NOW_SEC + sec }))[0] as unknown[])[0];

  it('that was not settled within 60 s gives way where it would refuse another plan', async () => {
    await reserve('dead', 10);
    expect(await inFlight()).toEqual({ dead: `10 ${NOW_SEC} ?` });
    expect(await later('p1', 10, 59.75)).toBe(false);
    expect(await later('p1', 10, 60)).toBe(true);
    expect(await redis().zrange(windowKey('X'), '0', '-1')).toEqual(['p1']);
    expect(await redis().hgetall(dailyKey('X'))).toEqual({ day: DAY, 'p:p1': '10000000', total_micro_usd: '10000000' });
    expect(await inFlight()).toEqual({ p1: `10 ${NOW_SEC + 60} ?` });
  });

  it('of a plan that was counted and settled before does not expire: it may be permitted', async () => {
    await reserve('p1', 10);
    await runScripts(redis(), [SETTLE], [scriptCommand(SETTLE, WINDOWS, ['p1', NOW_SEC, 1e7, ''])]);
    await reserve('p1', 10); // by a process that dies before it hears of the permit
    expect(await later('p2', 1, 61)).toBe(false);
    expect(await redis().zrange(windowKey('X'), '0', '-1')).toEqual(['p1']);
  });

  it('of a plan that has a record does not expire: finishing the record settles or releases it', async () => {
    await reserve('p1', 10);
    await redis().set(decidedKey('p1'), 'by a version that settles nothing');
    const withLastExec = { ...reserveRow('p2', 1), keys: [...WINDOWS, lastExecKey('X')] };
    const ask = async () => ((await reserveAll([withLastExec], { nowSec: NOW_SEC + 61 }))[0] as unknown[])[0];
    expect(await ask()).toBe(false);
    await redis().del(decidedKey('p1'));
    expect(await ask()).toBe(true);
  });

  it('that was settled stays, and nothing is in flight', async () => {
    await reserve('p1', 10);
    await runScripts(redis(), [SETTLE], [scriptCommand(SETTLE, WINDOWS, ['p1', NOW_SEC, 1e7, ''])]);
    expect(await inFlight()).toEqual({});
    expect(await later('p2', 1, 3000)).toBe(false);
  });

  it('is undone with what is in flight of it', async () => {
    await reserve('p1', 10);
    await runScripts(redis(), [RELEASE], [scriptCommand(RELEASE, WINDOWS, ['p1'])]);
    expect([await redis().exists(windowKey('X')), await inFlight()]).toEqual([0, {}]);
    expect(await redis().hget(dailyKey('X'), 'total_micro_usd')).toBe('0');
  });

  it('does not expire, and does not fail, where the hash in flight is of another type', async () => {
    await redis().set(inFlightKey('X'), 'no such type');
    expect(await reserve('p1', 10)).toEqual([true, true, 0, 0, '', true, '0', false, '']);
    expect(await later('p2', 1, 61)).toBe(false);
  });

  it('of a plan that is permitted already is settled at once, and counts beyond the limits', async () => {
    await reserve('p1', 10);
    const row = { keys: WINDOWS, args: ['foreign', 5, 5e6, '1001', '', NEVER_MS, ''] };
    expect(((await reserveAll([row]))[0] as unknown[]).slice(0, 4)).toEqual([true, true, 1, 1]);
    expect(await redis().hget(dailyKey('X'), 'total_micro_usd')).toBe('15000000');
    expect(Object.keys(await inFlight())).toEqual(['p1']);
  });
});

describe('the allocation cap', () => {
  type Cap = [exposureUsd: number, sinceSec: number | false, targetUsd: number | false, sign: 1 | -1 | 0];
  const capped = (id: string, usd: number, cap: Cap): Row => ({
    keys: WINDOWS,
    args: [id, usd, usd * 1e6, '1110', '', NEVER_MS, JSON.stringify(cap)],
  });
  const ask = async (id: string, usd: number, cap: Cap, nowSec = NOW_SEC) => {
    const [reply] = await runRows(redis(), RESERVE, [nowSec, DAY, '', '', '', ''], [capped(id, usd, cap)]);
    const answer = valueOf(reply) as unknown[];
    return [answer[0], answer.at(-1)];
  };

  it.each<[string, number, Cap, boolean]>([
    ['to the target', 60, [40, false, 100, 1], true],
    ['to the last bits of the target', 60.000_000_01, [40, false, 100, 1], true],
    ['beyond it', 60.1, [40, false, 100, 1], false],
    ['beyond it in shadow', 60.1, [40, false, false, 1], true],
    ['short to the target', 60, [-40, false, 100, -1], true],
    ['short beyond it', 60.1, [-40, false, 100, -1], false],
    ['of a side that is not known, away from zero', 60.1, [-40, false, 100, 0], false],
    ['towards zero from beyond it', 50, [300, false, 100, -1], true],
    ['through zero and not further away', 600, [300, false, 100, -1], true],
    ['through zero and further away', 601, [300, false, 100, -1], false],
    ['any at a target of 0', 0.01, [0, false, 0, 1], false],
  ])('holds a plan %s', async (_name, usd, cap, allowed) => {
    expect(await ask('p1', usd, cap)).toEqual([allowed, '0']);
    expect(await redis().exists(windowKey('X'))).toBe(allowed ? 1 : 0);
  });

  it('counts opens in flight that the position cannot contain yet, for 120 s', async () => {
    expect(await ask('p1', 60, [0, false, 100, 1])).toEqual([true, '0']);
    expect(await ask('p2', 60, [0, false, 100, 1])).toEqual([false, '60']);
    expect(await ask('p2', 60, [0, NOW_SEC - 0.25, 100, 1])).toEqual([false, '60']);
    expect(await ask('p2', 60, [0, NOW_SEC, 100, 1])).toEqual([true, '0']);
    await runScripts(redis(), [SETTLE], [scriptCommand(SETTLE, WINDOWS, ['p1', NOW_SEC, 6e7, `60 ${NOW_SEC}`])]);
    expect(await ask('p3', 1, [0, false, 100, 1], NOW_SEC + 119.75)).toEqual([true, '60']); // p2 was never settled
    expect(await ask('p4', 1, [0, false, 100, 1], NOW_SEC + 120)).toEqual([true, '1']);
  });

  it('is not asked where what is in flight cannot be read', async () => {
    await redis().set(inFlightKey('X'), 'no such type');
    expect(await ask('p1', 1000, [0, false, 100, 1])).toEqual([true, '']);
  });

  it('holds plans of one call one after the other, and leaves a plan out of its own sum', async () => {
    const rows = ['p1', 'p2', 'p1'].map((id) => capped(id, 60, [0, false, 100, 1]));
    const replies = await runRows(redis(), RESERVE, [NOW_SEC, DAY, '', '', '', ''], rows);
    expect(replies.map((reply) => (valueOf(reply) as unknown[])[0])).toEqual([true, false, true]);
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
  const settle = async (id: string, usd: number, left = '') =>
    valueOf(
      (await runScripts(redis(), [SETTLE], [scriptCommand(SETTLE, WINDOWS, [id, NOW_SEC - 1, usd * 1e6, left])]))[0],
    );
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
