import { describe, expect, it } from '@jest/globals';
import { runRows, valueOf, type Row } from '@quantum/redis-io';
import {
  decidedKey,
  DecisionRecordSchema,
  disarmKey,
  HALT_KEY,
  inFlightKey,
  KILL_KEY,
  lastExecKey,
  permitKey,
} from '@quantum/redis-schemas';
import { expectTtl, serverTimeMs, useRedis } from '@quantum/testing';
import { RECORD } from './record-script.js';

const { redis } = useRedis();
const NOW_SEC = 1_763_899_200.25;
const NEVER_MS = Number.MAX_SAFE_INTEGER;
const LATCH = disarmKey('2025-11-23');

/** A record: texts of more bytes than characters. */
const recordOf = (planId: string, permit: string): string =>
  `{"v":2,"plan_id":"${planId}","symbol":"SŌL/USD","entry_id":"1-0","inputs":{"usd":0.1}${permit && `,"permit":${permit}`}}`;

interface RowOptions {
  deadlineMs?: number;
  flags?: string;
  left?: string;
}
const row = (planId: string, permit: string, symbol?: string, options: RowOptions = {}): Row => ({
  keys: [
    decidedKey(planId),
    permitKey(planId),
    ...(symbol === undefined ? [] : [lastExecKey(symbol), inFlightKey(symbol)]),
  ],
  args: [recordOf(planId, permit), permit, options.deadlineMs ?? NEVER_MS, options.flags ?? '11', options.left ?? ''],
});

const repliesTo = (rows: readonly Row[], switches: readonly string[] = []) =>
  runRows(redis(), RECORD, [100, 60, 3600, NOW_SEC, ...switches], rows);
const recordAll = async (...rows: Row[]) => (await repliesTo(rows)).map(valueOf);

describe('RECORD', () => {
  it('sets record and permit together, once', async () => {
    const sinceMs = await serverTimeMs(redis());
    expect(await recordAll(row('p1', '"permit JSŌN"'))).toEqual([['']]);
    expect(await recordAll(row('p1', '"another"'))).toEqual([[recordOf('p1', '"permit JSŌN"')]]);
    expect(await redis().mget(decidedKey('p1'), permitKey('p1'))).toEqual([
      recordOf('p1', '"permit JSŌN"'),
      '"permit JSŌN"',
    ]);
    await expectTtl(redis(), decidedKey('p1'), 100, sinceMs);
    await expectTtl(redis(), permitKey('p1'), 60, sinceMs);
  });

  it('sets no permit, and stamps nothing, where there is none', async () => {
    expect(await recordAll(row('refused', '', 'X'))).toEqual([['']]);
    expect(await redis().mget(decidedKey('refused'), permitKey('refused'), lastExecKey('X'))).toEqual([
      recordOf('refused', ''),
      null,
      null,
    ]);
  });

  it.each(['1', ''])(
    'records a permit of another governor as foreign, and leaves it alone (own permit %j)',
    async (own) => {
      await redis().set(permitKey('p1'), 'foreign');
      const [answer] = (await recordAll(row('p1', own, 'X'))) as [[string, string]];
      expect(answer[0]).toBe('foreign');
      const record = DecisionRecordSchema.parse(JSON.parse(answer[1]));
      expect(record).toEqual({
        v: 1,
        plan_id: 'p1',
        symbol: 'SŌL/USD',
        entry_id: '1-0',
        decided_at: NOW_SEC,
        outcome: 'foreign',
        reason: '',
        gates: [],
        inputs: { closing: false, notional_usd: 0.1 },
      });
      const found = await redis().mget(decidedKey('p1'), permitKey('p1'), lastExecKey('X'));
      expect(found).toEqual([answer[1], 'foreign', null]);
      await redis().del(permitKey('p1')); // consumed
      expect(await recordAll(row('p1', '1', 'X'))).toEqual([[answer[1]]]);
    },
  );

  it('stamps the last execution, unless a newer one is there, and says why where it cannot', async () => {
    const sinceMs = await serverTimeMs(redis());
    await redis().set(lastExecKey('NEWER'), NOW_SEC + 1);
    await redis().lpush(lastExecKey('LIST'), 'no such type');
    const answers = await recordAll(row('p1', '1', 'X'), row('p2', '2', 'NEWER'), row('p3', '3', 'LIST'));
    expect(answers).toEqual([['', true], ['', true], ['', { err: expect.stringMatching(/^WRONGTYPE/) as unknown }]]); // prettier-ignore
    expect(await redis().mget(lastExecKey('X'), lastExecKey('NEWER'))).toEqual([String(NOW_SEC), String(NOW_SEC + 1)]);
    await expectTtl(redis(), lastExecKey('X'), 3600, sinceMs);
    expect(await redis().get(permitKey('p3'))).toBe('3');
    expect(await recordAll(row('p4', '4', 'Y', { flags: '00' }))).toEqual([['', true]]);
    expect(await redis().exists(lastExecKey('Y'))).toBe(0);
  });

  it('settles the reservation, and nothing that was not reserved', async () => {
    for (const id of ['p1', 'p2', 'p3']) await redis().hset(inFlightKey('X'), id, '5 1 ?');
    await recordAll(
      row('p1', '1', 'X'),
      row('p2', '2', 'X', { left: '5 2' }),
      row('p3', '3', 'X', { flags: '10' }),
      row('p4', '4', 'X', { left: '9 9' }),
    );
    expect(await redis().hgetall(inFlightKey('X'))).toEqual({ p2: '5 2', p3: '5 1 ?' });
  });

  it('does each row by itself: what is broken in one leaves the others alone', async () => {
    await redis().lpush(decidedKey('p2'), 'no such type');
    const replies = await repliesTo(['p1', 'p2', 'p3'].map((id) => row(id, '1', 'X')));
    expect(replies).toMatchObject([{ ok: true }, { ok: false, kind: 'key' }, { ok: true }]);
    expect(await redis().mget(['p1', 'p2', 'p3'].map(permitKey))).toEqual(['1', null, '1']);
  });
});

describe('a grant', () => {
  it('is not recorded once its deadline is over by the clock of the server; a refusal is', async () => {
    const deadlineMs = (await serverTimeMs(redis())) - 1;
    expect(await recordAll(row('p1', '1', 'X', { deadlineMs }), row('refused', '', 'X', { deadlineMs }))).toEqual([
      ['late'],
      [''],
    ]);
    expect(await redis().exists(decidedKey('p1'), permitKey('p1'), lastExecKey('X'))).toBe(0);
    await recordAll(row('p1', '1'));
    expect(await recordAll(row('p1', '1', 'X', { deadlineMs }))).toEqual([[recordOf('p1', '1')]]);
  });

  /** What was read of the kill key, the halt key and the latch. */
  const readBefore = (kill: string, halt: string, latch: string) => [
    ...['GET', KILL_KEY, kill],
    ...['GET', HALT_KEY, halt],
    ...['EXISTS', LATCH, latch],
  ];
  const answersAfter = async (change: () => Promise<unknown>, switches: readonly string[]) => {
    await change();
    return (await repliesTo([row('p1', '1', 'X'), row('refused', '', 'X')], switches)).map(valueOf);
  };

  it.each<[string, () => Promise<unknown>]>([
    ['the kill key', () => redis().set(KILL_KEY, '1')],
    ['a kill key, to a word that means the same', () => redis().set(HALT_KEY, 'false')],
    ['a kill key, to another type', () => redis().lpush(HALT_KEY, 'x')],
    ['the latch', () => redis().set(LATCH, '{}')],
  ])('is not recorded where %s has changed since the read; a refusal is', async (_name, change) => {
    expect(await answersAfter(change, readBefore('', '', '0'))).toEqual([['changed'], ['']]);
    expect(await redis().exists(decidedKey('p1'), permitKey('p1'), lastExecKey('X'))).toBe(0);
  });

  it('is recorded where all is as it was, whatever that is', async () => {
    await redis().mset(KILL_KEY, '1', HALT_KEY, 'off', LATCH, '{}');
    expect(await answersAfter(() => Promise.resolve(), readBefore('=1', '=off', '1'))).toEqual([['', true], ['']]);
  });

  it('is recorded where a switch could not be read, and is hence not compared', async () => {
    await redis().lpush(KILL_KEY, 'x');
    expect(await answersAfter(() => redis().set(HALT_KEY, '0'), ['GET', HALT_KEY, '=0'])).toEqual([['', true], ['']]);
  });
});
