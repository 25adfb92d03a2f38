import { describe, expect, it } from '@jest/globals';
import { runScripts, scriptCommand, untilReady, type Script } from '@quantum/redis-io';
import { dailyKey, decidedKey, permitKey, windowKey } from '@quantum/redis-schemas';
import { useRedis } from '@quantum/testing';
import { SCRIPTS } from './all.js';
import { RECORD } from './record.js';
import { RELEASE, RESERVE } from './reserve.js';

const { redis } = useRedis();

async function run(script: Script, keys: string[], args: (string | number)[]): Promise<unknown> {
  await untilReady(redis());
  const [reply] = await runScripts(redis(), SCRIPTS, [scriptCommand(script, keys, args)]);
  if (!reply?.ok) throw reply?.error ?? new Error('no reply');
  return reply.value;
}

const WINDOWS = [windowKey('X'), dailyKey('X')];
const NOW_SEC = 1_763_899_200.25;
const DAY = '2025-11-23';

/** Asks for a place with a limit of 10 USD a day alone. */
const reserve = (id: string, usd: number, { day = DAY, wanted = 1 } = {}) =>
  run(RESERVE, WINDOWS, [id, NOW_SEC, day, usd, usd * 1e6, wanted, '', '', '', 10, '']);

describe('RECORD', () => {
  const record = (json: string, permit = 'permit JSON') =>
    run(RECORD, [decidedKey('p1'), permitKey('p1')], [json, 100, permit, 60]);

  it('sets record and permit together, once', async () => {
    expect(await record('first')).toBe('');
    expect(await record('second', 'another')).toBe('first');
    expect(await redis().mget(decidedKey('p1'), permitKey('p1'))).toEqual(['first', 'permit JSON']);
    expect([await redis().ttl(decidedKey('p1')), await redis().ttl(permitKey('p1'))]).toEqual([100, 60]);
  });

  it('sets no permit where there is none', async () => {
    expect(await record('refused', '')).toBe('');
    expect(await redis().exists(permitKey('p1'))).toBe(0);
  });

  it('leaves a permit alone that appeared meanwhile, and records nothing', async () => {
    await redis().set(permitKey('p1'), 'foreign');
    expect(await record('ours')).toBe('permit');
    expect(await redis().mget(decidedKey('p1'), permitKey('p1'))).toEqual([null, 'foreign']);
  });
});

describe('RESERVE', () => {
  it('counts a plan once, and leaves it out of its own numbers', async () => {
    const first = await reserve('p1', 10);
    expect(first).toEqual([1, 1, 0, 0, '', 1, '0']);
    expect(await reserve('p1', 10)).toEqual(first);
    expect(await reserve('p2', 0.000001)).toEqual([0, 1, 1, 1, String(NOW_SEC), 1, '10']);
    expect(await redis().hgetall(dailyKey('X'))).toEqual({ day: DAY, 'p:p1': '10000000', total_micro_usd: '10000000' });
  });

  it('counts a plan that is tried again when and with what it is tried again', async () => {
    await run(RESERVE, WINDOWS, ['p1', NOW_SEC - 5, DAY, 10, 10e6, 1, '', '', '', '', '']);
    expect(await reserve('p1', 3)).toEqual([1, 1, 0, 0, '', 1, '0']);
    expect(await redis().zscore(windowKey('X'), 'p1')).toBe(String(NOW_SEC));
    expect(await redis().hgetall(dailyKey('X'))).toEqual({ day: DAY, 'p:p1': '3000000', total_micro_usd: '3000000' });
  });

  it('only reads where no place is wanted, and says where the plan has one', async () => {
    expect(await reserve('p1', 1, { wanted: 0 })).toEqual([0, 1, 0, 0, '', 1, '0']);
    expect(await redis().exists(...WINDOWS)).toBe(0);
    await reserve('p1', 1);
    expect(await reserve('p1', 1, { wanted: 0 })).toEqual([1, 1, 0, 0, '', 1, '0']);
  });

  it('starts a day anew, and does not go back to one that is over', async () => {
    await reserve('p1', 10);
    await reserve('p2', 1, { day: '2025-11-24' });
    expect(await redis().hgetall(dailyKey('X'))).toEqual({ day: '2025-11-24', 'p:p2': '1000000', total_micro_usd: '1000000' });
    expect(await reserve('p3', 1)).toEqual([1, 1, 2, 2, String(NOW_SEC), 1, '1']);
    expect(await redis().hget(dailyKey('X'), 'day')).toBe('2025-11-24');
  }); // prettier-ignore

  it('keeps what two hours do not hold no longer', async () => {
    await redis().zadd(WINDOWS[0] ?? '', NOW_SEC - 7200, 'old', NOW_SEC - 7199.75, 'young');
    await reserve('p1', 1);
    expect(await redis().zrange(windowKey('X'), '0', '-1')).toEqual(['young', 'p1']);
  });
});

describe('RELEASE', () => {
  const release = (id: string) => run(RELEASE, WINDOWS, [id]);

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
