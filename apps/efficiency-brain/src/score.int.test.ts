import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SCORE_ENTRY_FIELDS, SCORE_HASH_FIELDS } from '@quantum/decisions';
import {
  attributionKey,
  brainStateKey,
  efficiencyKey,
  fieldsOf,
  positionKey,
  STREAMS,
  targetKey,
  tickerKey,
} from '@quantum/redis-schemas';
import { useRedis } from '@quantum/testing';
import {
  brokenEntries,
  createTestBrain,
  entriesOf,
  fieldOf,
  putMarket,
  T0,
  type Market,
  type TestBrain,
  type Time,
} from './test-brain.test-support.js';

const file = useRedis();
const { redis } = file;
/** A prior and a confidence that a test of an hour can move. */
const FAST = { BRAIN_PRIOR_SR_PER_DAY: '5', BRAIN_CONF_PERIODS: '20' };
let time: Time;
let brain: TestBrain;
beforeEach(() => {
  time = { sec: T0 + 2 };
});
afterEach(() => {
  brain.close();
});

async function start(env: Record<string, string> = {}): Promise<void> {
  brain = await createTestBrain(`unix://${file.server.socketPath}`, time, { ...FAST, ...env });
}
const scoreOf = async (
  symbol: string,
): Promise<{ score: number; confidence: number; entry: Record<string, string> }> => {
  const entries = (await entriesOf(redis())).filter((flat) => fieldOf(flat, 'symbol') === symbol);
  const entry = fieldsOf(entries.at(-1) ?? []);
  return { score: Number(entry['efficiency_score']), confidence: Number(entry['confidence']), entry };
};
/** Runs one cycle for each period, with the symbols as `markets` says. */
async function run(periods: number, markets: (i: number) => Record<string, Market>): Promise<void> {
  for (let i = 0; i < periods; i += 1) {
    for (const [symbol, market] of Object.entries(markets(i))) await putMarket(redis(), time, symbol, market);
    await brain.cycle();
    time.sec += 60;
  }
  time.sec -= 60; // the time of the last cycle
}
/** A price that goes up by a tenth of a percent, with noise that is the same in every run. */
const rising = (i: number, sign: number): number => 100 * (1 + sign * 0.001 * i + 0.0005 * noise(i));
/** Uniform on -1..1, as the digits of a sine are. */
const noise = (i: number): number => 2 * ((1e4 * Math.abs(Math.sin(i + 1))) % 1) - 1;

describe('a score', () => {
  it('is neutral and without confidence at first, leaves 0.5 with gains and losses, and is sure only after n periods', async () => {
    await start();
    const markets = (i: number): Record<string, Market> => ({
      WINS: { amount: 10, price: rising(i, 1), targetUsd: 1000 },
      LOSES: { amount: 10, price: rising(i, -1), targetUsd: 1000 },
      SHORT: { amount: -10, price: rising(i, -1), targetUsd: 1000 },
      FLAT: { price: rising(i, 1), targetUsd: 1000 },
    });
    await run(1, markets);
    for (const symbol of ['WINS', 'LOSES', 'SHORT', 'FLAT']) {
      expect(await scoreOf(symbol)).toMatchObject({ score: 0.5, confidence: 0 });
    }
    time.sec += 60;
    await run(4, (i) => markets(i + 1));
    const early = await scoreOf('WINS');
    time.sec += 60;
    await run(60, (i) => markets(i + 5));
    const [wins, loses, short, flat] = await Promise.all(['WINS', 'LOSES', 'SHORT', 'FLAT'].map(scoreOf));
    expect(wins?.score).toBeGreaterThan(0.7);
    expect(short?.score).toBeGreaterThan(0.7);
    expect(loses?.score).toBeLessThan(0.3);
    expect(flat?.score).toBe(0.5);
    expect(early.confidence).toBeGreaterThan(0);
    expect(early.confidence).toBeLessThan(0.25);
    expect(wins?.confidence).toBeGreaterThan(0.65);
    expect(wins?.entry).toMatchObject({
      inputs_ok: '1',
      stale_flags: 'P30_MISSING',
      capital_pressure: 'INCREASE',
      mode: 'shadow',
    });
    expect(loses?.entry).toMatchObject({ capital_pressure: 'DECREASE' });
    expect(brokenEntries(await entriesOf(redis()), brain.context)).toEqual([]);
    expect(await brain.metric('p31_efficiency_score', { symbol: 'WINS' })).toBe(wins?.score);
    expect(await brain.metric('p31_confident_symbols')).toBe(4);
    expect(await brain.metric('p31_periods_total', { result: 'measured' })).toBe(4 * 64);
    expect(await brain.metric('p31_periods_total', { result: 'no_start' })).toBe(4);
  });

  it('keeps its value and loses confidence where its inputs stop', async () => {
    await start();
    const market = (i: number) => ({ HALTED: { amount: 10, price: rising(i, 1), targetUsd: 1000 }, ALIVE: { amount: 1, price: 5, targetUsd: 9 } }); // prettier-ignore
    await run(40, market);
    const before = await scoreOf('HALTED');
    time.sec += 61; // its last price is older than a period
    // P3.3, the price feed and P2.9 write nothing of it any more; its position stays, as P3.3 leaves it.
    const others = { ALIVE: { amount: 1, price: 5, targetUsd: 9 } };
    await run(5, () => others);
    const soon = await scoreOf('HALTED');
    time.sec += 60;
    await run(10, () => others);
    const later = await scoreOf('HALTED');
    expect([soon.score, later.score]).toEqual([before.score, before.score]);
    expect(soon.confidence).toBeLessThan(before.confidence);
    expect(later.confidence).toBe(0);
    expect(later.entry).toMatchObject({
      inputs_ok: '0',
      stale_flags: 'P30_MISSING,POSITION_STALE,PRICE_STALE,P29_STALE',
    });
    expect(await brain.metric('p31_inputs_stale_total', { symbol: 'HALTED', which: 'PRICE' })).toBeGreaterThan(0);
    expect(await brain.metric('p31_fresh_symbols')).toBe(1);
    expect(brokenEntries(await entriesOf(redis()), brain.context)).toEqual([]);
  });

  it('is made of the base of a target, and of P3.0’s performance beside it', async () => {
    await start({ BRAIN_MODEL: 'p31_v1' });
    await putMarket(redis(), time, 'S', { amount: 1, price: 100, targetUsd: -5 });
    await redis().hset(targetKey('S'), 'base_target_usd', '800');
    await redis().hset(attributionKey('S'), 'performance_factor', '0.5', 'ts_utc', Math.floor(time.sec));
    await brain.cycle();
    const { score, entry } = await scoreOf('S');
    expect(score).toBeCloseTo(0.75);
    expect(entry).toMatchObject({ reserved_usd: '800', performance: '0.5', score_posterior: '0.5', stale_flags: '' });
  });
});

describe('outputs', () => {
  it('are a stream entry per symbol and cycle, and in shadow no hash', async () => {
    await start();
    await putMarket(redis(), time, 'S', { amount: 1, price: 100, targetUsd: 1000 });
    await brain.cycle();
    time.sec += 5;
    await brain.cycle();
    const entries = await entriesOf(redis());
    expect(entries.map((flat) => flat.filter((_, i) => i % 2 === 0))).toEqual([SCORE_ENTRY_FIELDS, SCORE_ENTRY_FIELDS]);
    expect(entries.map((flat) => fieldOf(flat, 'ts'))).toEqual([String(T0 + 2), String(T0 + 7)]);
    expect(entries.map((flat) => fieldOf(flat, 'closed') === '')).toEqual([false, true]);
    expect(await redis().exists(efficiencyKey('S'))).toBe(0);
    expect(await brain.metric('p31_written_total', { symbol: 'S' })).toBeUndefined();
    expect(await redis().ttl(brainStateKey('S'))).toBeGreaterThan(4 * 604_800 - 100);
  });

  it('are in enforce a hash with its time to live, which a key of another type does not keep from others', async () => {
    await start({ P31_MODE: 'enforce', P31_KEY_TTL_SEC: '300' });
    for (const symbol of ['A', 'B']) await putMarket(redis(), time, symbol, { amount: 1, price: 100, targetUsd: 1000 });
    await redis().set(efficiencyKey('A'), 'someone’s');
    await brain.cycle();
    const hash = await redis().hgetall(efficiencyKey('B'));
    expect(Object.keys(hash)).toEqual(SCORE_HASH_FIELDS);
    expect(hash).toMatchObject({
      efficiency_score: '0.5',
      confidence: '0',
      ts: String(T0 + 2),
      mode: 'enforce',
      version: 'brain_v1',
    });
    const ttl = await redis().ttl(efficiencyKey('B'));
    expect([ttl > 290, ttl <= 300]).toEqual([true, true]);
    expect(await redis().get(efficiencyKey('A'))).toBe('someone’s');
    expect(await entriesOf(redis())).toHaveLength(2);
    expect(await brain.metric('p31_written_total', { symbol: 'B' })).toBe(1);
    expect(await brain.metric('p31_written_total', { symbol: 'A' })).toBeUndefined();
    expect(await brain.metric('p31_loop_errors_total')).toBe(1);
  });

  it('fail as a whole where the stream is no stream, and nothing counts', async () => {
    await start();
    await putMarket(redis(), time, 'S', { amount: 1, price: 100, targetUsd: 1000 });
    await redis().set(STREAMS.efficiencyDecision, 'x');
    await expect(brain.cycle()).rejects.toThrow('WRONGTYPE');
    expect(await redis().exists(brainStateKey('S'))).toBe(0);
    await redis().del(STREAMS.efficiencyDecision);
    await brain.cycle();
    expect(await entriesOf(redis())).toHaveLength(1);
  });
});

describe('garbage', () => {
  const GARBAGE = ['nan', 'inf', '-inf', '1e999', '', ' ', '0x10', '-1', '1e308', '\u0000', 'None', '9'.repeat(2000)];

  it('in every field of every input harms no other symbol, and is never written', async () => {
    await start({ P31_MODE: 'enforce' });
    for (const [i, word] of GARBAGE.entries()) {
      const symbol = `G${i}`;
      await redis().hset(positionKey(symbol), 'position_amt', word, 'mark_price', word, 'ts_epoch', word);
      await redis().hset(tickerKey(symbol), 'markPrice', word, 'price', word, 'timestamp', word);
      await redis().hset(targetKey(symbol), 'target_usd', word, 'timestamp', word, 'base_target_usd', word);
      await redis().hset(attributionKey(symbol), 'performance_factor', word, 'ts_utc', word);
      await redis().hset(brainStateKey(symbol), 'version', '1', 'period_sec', '60', 'period', word, 'weight', word);
    }
    for (const key of [positionKey, tickerKey, attributionKey, brainStateKey]) await redis().lpush(key('TYPES'), 'x');
    await redis().hset(targetKey('TYPES'), 'target_usd', '5');
    await redis().hset(targetKey('{}'), 'target_usd', '5');
    for (let i = 0; i < 4; i += 1) {
      await putMarket(redis(), time, 'GOOD', { amount: 10, price: rising(i, 1), targetUsd: 1000 });
      await brain.cycle();
      time.sec += 60;
    }
    const entries = await entriesOf(redis());
    expect(entries).toHaveLength(4 * (GARBAGE.length + 2));
    expect(brokenEntries(entries, brain.context)).toEqual([]);
    const hashes = await Promise.all(GARBAGE.map((_, i) => redis().hgetall(efficiencyKey(`G${i}`))));
    for (const hash of hashes) expect(hash).toMatchObject({ efficiency_score: '0.5', confidence: '0', inputs_ok: '0' });
    expect((await scoreOf('GOOD')).entry).toMatchObject({ inputs_ok: '1' });
    expect(await brain.metric('p31_states_reset_total', { problem: 'invalid' })).toBe(GARBAGE.length);
    expect(await brain.metric('p31_states_reset_total', { problem: 'unreadable' })).toBe(1);
    expect(await brain.metric('p31_bad_names_total')).toBeGreaterThan(0);
  });
});
