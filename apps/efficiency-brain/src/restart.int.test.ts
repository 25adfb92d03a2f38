import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ShardRefusedError } from '@quantum/redis-io';
import {
  brainLeaseKey,
  brainMembersKey,
  brainPublishedKey,
  brainStateKey,
  shardOfSymbol,
  STREAMS,
} from '@quantum/redis-schemas';
import { useRedis } from '@quantum/testing';
import { brainWork } from './shard-work.js';
import { brokenEntries, createTestBrain, entriesOf, fieldOf, putMarket, T0, type Market, type TestBrain, type Time } from './test-brain.test-support.js'; // prettier-ignore

const file = useRedis();
const { redis } = file;
const SYMBOLS = ['A', 'B', 'C', 'D'];
let time: Time;
let brains: TestBrain[];
let newestSec = 0;
beforeEach(() => {
  time = { sec: T0 + 2 };
  brains = [];
  newestSec = 0;
});
afterEach(() => {
  for (const brain of brains) brain.close();
});

async function start(env: Record<string, string> = {}): Promise<TestBrain> {
  const brain = await createTestBrain(`unix://${file.server.socketPath}`, time, env);
  brains.push(brain);
  return brain;
}
/** What the publishers write at a time: of it alone depends what they write. */
async function putAll(): Promise<void> {
  const i = Math.floor((time.sec - T0) / 5);
  for (const [at, symbol] of SYMBOLS.entries()) {
    await putMarket(redis(), time, symbol, { amount: at - 1, price: 100 + Math.sin(i * (at + 1)), targetUsd: 1000 });
  }
  if (time.sec < newestSec) return; // a stream takes no older entry
  newestSec = time.sec;
  const id = `${Math.floor(time.sec * 1000)}-*`;
  await redis().xadd(STREAMS.rlRewards, id, 'symbol', 'A', 'pnl', i, 'commission', 0.1, 'order_id', `o${i}`);
}
/** A process that was killed: its lease runs out. */
const killed = async (brain: TestBrain): Promise<void> => {
  brain.close();
  await redis().del(brainLeaseKey(STREAMS.efficiencyDecision, 0));
};
/** Runs cycles 5 s apart, each after `before`. */
async function run(cycles: number, before: (i: number) => Promise<TestBrain>): Promise<void> {
  for (let i = 0; i < cycles; i += 1) {
    await putAll();
    await (await before(i)).cycle();
    time.sec += 5;
  }
}
const states = async () => Promise.all(SYMBOLS.map((symbol) => redis().hgetall(brainStateKey(symbol))));

describe('a process that is killed', () => {
  it('is carried on by the next to the bit, wherever in a period that was', async () => {
    const whole = await start();
    await run(60, () => Promise.resolve(whole));
    const [entries, ends] = [await entriesOf(redis()), await states()];
    whole.close();
    await redis().flushdb();
    newestSec = 0;

    time.sec = T0 + 2;
    let current = await start();
    await run(60, async (i) => {
      if (i % 7 === 3) {
        await killed(current);
        current = await start();
      }
      return current;
    });
    const fenceless = (state: Record<string, string>) => ({ ...state, fence: '' });
    expect((await states()).map(fenceless)).toEqual(ends.map(fenceless));
    // What an entry says of the latest execution is what its process has read.
    const closing = (all: string[][]) => all.filter((flat) => fieldOf(flat, 'closed') !== '');
    expect(closing(await entriesOf(redis()))).toEqual(closing(entries));
    expect(brokenEntries(await entriesOf(redis()), current.context)).toEqual([]);
  });

  it('leaves periods that no one closes, which count as missing', async () => {
    const first = await start();
    await run(13, () => Promise.resolve(first));
    await killed(first);
    time.sec += 600;
    const second = await start();
    await run(13, () => Promise.resolve(second));
    expect(await second.metric('p31_periods_skipped_total')).toBe(9 * SYMBOLS.length);
    expect(await second.metric('p31_periods_total', { result: 'no_start' })).toBe(SYMBOLS.length);
    expect(brokenEntries(await entriesOf(redis()), second.context)).toEqual([]);
  });
});

describe('two processes', () => {
  it('score each period once; the standby carries on when the other goes', async () => {
    const [first, second] = [await start(), await start()];
    await run(26, async (i) => {
      const other = i % 2 === 0 ? second : first;
      if (i === 13) await first.leases.release();
      if (other.leases.held.length === 0) await other.cycle();
      return i % 2 === 0 ? first : second;
    });
    expect([first, second].map(({ leases }) => leases.held.length)).toEqual([0, 1]);
    expect(await first.metric('p31_symbols')).toBe(0);
    const entries = await entriesOf(redis());
    expect(brokenEntries(entries, second.context)).toEqual([]);
    const closed = entries.filter((flat) => fieldOf(flat, 'closed') !== '');
    expect(closed).toHaveLength(3 * SYMBOLS.length);
  });

  it('that loses one shard in the middle of a cycle goes on with the states of the others', async () => {
    const brain = await start({ BRAIN_SHARDS: '2' });
    await run(13, () => Promise.resolve(brain));
    await redis().del(brainLeaseKey(STREAMS.efficiencyDecision, 0));
    time.sec += 60;
    await putAll();
    const { runCycle } = await import('./cycle.js');
    const work = brainWork(brain.context);
    const cycle = runCycle(brain.context, brain.leases.held, ({ lease }) => {
      work.forget([lease.shard]);
    });
    await expect(cycle).rejects.toThrow(ShardRefusedError);
    const entries = await entriesOf(redis());
    expect(fieldOf(entries.at(-1) ?? [], 'closed')).not.toBe('');
    expect(brokenEntries(entries, brain.context)).toEqual([]);
  });

  it('that was frozen in a cycle publishes nothing any more', async () => {
    const frozen = await start();
    await run(1, () => Promise.resolve(frozen));
    const [held] = frozen.leases.held;
    await redis().del(brainLeaseKey(STREAMS.efficiencyDecision, 0));
    const other = await start();
    time.sec += 60;
    await run(1, () => Promise.resolve(other));
    const before = await entriesOf(redis());
    const { runCycle } = await import('./cycle.js');
    const refused: ShardRefusedError[] = [];
    await expect(runCycle(frozen.context, held ? [held] : [], (error) => void refused.push(error))).rejects.toThrow(ShardRefusedError); // prettier-ignore
    expect(refused.map(({ reason }) => reason)).toEqual(['lost']);
    expect(await entriesOf(redis())).toEqual(before);
  });

  it('of which one was refused meanwhile, as it has other shards, go on from what the other has written', async () => {
    const frozen = await start();
    await run(13, () => Promise.resolve(frozen));
    await redis().del(brainLeaseKey(STREAMS.efficiencyDecision, 0), brainMembersKey(STREAMS.efficiencyDecision));
    const other = await start({ BRAIN_SHARDS: '2' });
    await other.leases.claim();
    await run(26, async () => {
      await expect(frozen.cycle()).rejects.toThrow('BRAIN_SHARDS is 1 here and 2 in');
      return other;
    });
    await other.leases.release();
    time.sec += 60;
    await run(13, () => Promise.resolve(frozen));
    expect(brokenEntries(await entriesOf(redis()), frozen.context)).toEqual([]);
  });

  it('share the symbols where there are several shards', async () => {
    const [first, second] = [await start({ BRAIN_SHARDS: '2' }), await start({ BRAIN_SHARDS: '2' })];
    await putAll();
    for (const brain of [first, second, first]) await brain.cycle().catch(() => undefined);
    time.sec += 60;
    await putAll();
    const before = (await entriesOf(redis())).length;
    for (const brain of [first, second]) await brain.cycle();
    expect([first, second].map(({ leases }) => leases.held.length)).toEqual([1, 1]);
    const symbols = (await entriesOf(redis())).slice(before).map((flat) => fieldOf(flat, 'symbol'));
    expect([...symbols].sort()).toEqual(SYMBOLS);
    const shards = symbols.map((symbol) => shardOfSymbol(symbol, 2));
    expect(shards).toEqual([...shards].sort((a, b) => (shards[0] === 0 ? a - b : b - a)));
  });

  it('take a symbol without a position as flat while P3.3 writes one of any shard', async () => {
    const [first, second] = [await start({ BRAIN_SHARDS: '2' }), await start({ BRAIN_SHARDS: '2' })];
    for (const brain of [first, second, first, second]) await brain.leases.claim();
    expect([first, second].map(({ leases }) => leases.held.length)).toEqual([1, 1]);
    const isFirsts = (symbol: string) => shardOfSymbol(symbol, 2) === first.leases.held[0]?.shard;
    const [theirs, ours] = [SYMBOLS.filter(isFirsts), SYMBOLS.filter((symbol) => !isFirsts(symbol))];
    const put = async (symbol: string, market: Market) =>
      putMarket(redis(), time, symbol, { price: 100, targetUsd: 1000, ...market });
    for (const symbol of ours) await put(symbol, {});
    for (const symbol of theirs) await put(symbol, { amount: 1 });
    await second.cycle();
    for (const symbol of theirs) await put(symbol, {});
    time.sec += 5;
    await second.cycle();
    const flags = (await entriesOf(redis())).map((flat) => [fieldOf(flat, 'symbol'), fieldOf(flat, 'stale_flags')]);
    expect(flags).toEqual([
      ...ours.map((symbol) => [symbol, 'P30_MISSING']),
      ...ours.map((symbol) => [symbol, 'POSITION_MISSING,P30_MISSING']),
    ]);
  });
});

describe('a clock', () => {
  it('that steps back closes no period twice, and one that steps ahead skips periods, which are counted', async () => {
    const brain = await start();
    await run(25, () => Promise.resolve(brain));
    const count = async () => (await entriesOf(redis())).filter((flat) => fieldOf(flat, 'closed') !== '').length;
    const closed = await count();
    time.sec -= 3600;
    // What was published lies ahead of our clock now, so that a cycle is in no one's way but its own.
    await run(3, () => Promise.resolve(brain));
    expect(await count()).toBe(closed);
    time.sec += 7200;
    await run(25, () => Promise.resolve(brain));
    expect(await brain.metric('p31_periods_skipped_total')).toBeGreaterThan(0);
    expect(brokenEntries(await entriesOf(redis()), brain.context)).toEqual([]);
  });
});

it('starts a symbol anew, and says so, where its state is of other periods', async () => {
  const first = await start();
  await run(13, () => Promise.resolve(first));
  await killed(first);
  const second = await start({ BRAIN_PERIOD_SEC: '120' });
  await run(25, () => Promise.resolve(second));
  expect(await second.metric('p31_states_reset_total', { problem: 'period_sec' })).toBe(SYMBOLS.length);
  expect(await second.metric('p31_periods_refused_total', { reason: 'period' })).toBe(0);
  expect((await states()).map((state) => state['period_sec'])).toEqual(SYMBOLS.map(() => '120'));
});

it('measures nothing until the clock reaches a state, unless that is deleted while no brain runs', async () => {
  const brain = await start();
  time.sec += 86_400;
  await run(2, () => Promise.resolve(brain));
  time.sec -= 86_400;
  await run(13, () => Promise.resolve(brain));
  const periods = async () => (await states()).map((state) => Number(state['period']) - T0 / 60 > 1400);
  expect(await periods()).toEqual([true, true, true, true]);
  await killed(brain);
  // Redis refuses a cycle before the last one of another process for P31_KEY_TTL_SEC.
  await redis().del(brainPublishedKey(STREAMS.efficiencyDecision, 0), brainStateKey('A'));
  const next = await start();
  await run(13, () => Promise.resolve(next));
  expect(await periods()).toEqual([false, true, true, true]);
});
