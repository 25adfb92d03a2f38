import { describe, expect, it } from '@jest/globals';
import {
  blockKey,
  budgetKey,
  dailyKey,
  disarmKey,
  KILL_KEY,
  lastExecKey,
  positionKey,
  STREAMS,
  targetKey,
  utcDate,
  windowKey,
  type Block,
} from '@quantum/redis-schemas';
import type { GateName } from '@quantum/risk-gates';
import { addViolation, expectTtl, putBudget, putPosition, putTarget, serverTimeMs, useRedis } from '@quantum/testing';
import { harness, NOW_SEC, type Harness, type PlanFields } from '../tests/governor-harness.test-support.js';

const { redis, connect } = useRedis();

const SYMBOL = 'BTCUSDT';
const DISARM = disarmKey('2025-11-23');

/** Brings about one gate's refusal of the plan `p1`. */
interface Case {
  env?: Record<string, string>;
  arrange?: (governor: Harness) => Promise<unknown>;
  plan?: Partial<PlanFields>;
  numbers: Partial<Block>;
}

const granted =
  (count: number) =>
  async ({ decide, clock }: Harness): Promise<void> => {
    for (let i = 0; i < count; i++) {
      await decide({ planId: `before${i}`, qty: 0.001 });
      clock.advanceSec(61);
    }
  };

const CASES: Record<GateName, Case> = {
  kill_switch: { arrange: () => redis().set(KILL_KEY, '1'), numbers: {} },
  disarmed: { arrange: () => redis().set(DISARM, '{}'), numbers: {} },
  plan_age: { plan: { id: `${(NOW_SEC - 61) * 1000}-*` }, numbers: { age_sec: 61, max_age_sec: 60 } },
  kill_score: { plan: { killScore: 0.8 }, numbers: { kill_score: 0.8, critical: 0.8 } },
  symbol_cooldown: {
    arrange: ({ clock }) => redis().set(lastExecKey(SYMBOL), clock.wallSec() - 59.5),
    numbers: { age_sec: 59.5, cooldown_sec: 60 },
  },
  hourly_rate: {
    env: { GOV_GATE_BURST_RATE: 'off' },
    arrange: granted(3),
    numbers: { exec_count: 3, max_exec_per_hour: 3 },
  },
  burst_rate: { arrange: granted(2), numbers: { exec_count: 2, max_exec_per_5min: 2 } },
  daily_notional: {
    plan: { qty: 1, price: 5000.01 },
    numbers: { notional_usd: 5000.01, day_notional_usd: 0, max_notional_usd: 5000 },
  },
  portfolio_budget: {
    arrange: async () => {
      await putBudget(redis(), SYMBOL, { now: NOW_SEC - 60 });
      await addViolation(redis(), SYMBOL, { now: NOW_SEC - 29.5 });
    },
    numbers: { violation_age_sec: 29.5, max_violation_age_sec: 30 },
  },
  allocation_cap: {
    arrange: async () => {
      await putTarget(redis(), SYMBOL, { now: NOW_SEC - 300, mode: 'enforce', targetUsd: 1499.99 });
      await putPosition(redis(), SYMBOL, { now: NOW_SEC, positionAmt: 0.02, markPrice: 50_000 });
    },
    numbers: { position_usd: 1000, in_flight_usd: 0, notional_usd: 500, target_usd: 1499.99 },
  },
  price_band: {
    env: { GOV_GATE_PRICE_BAND: 'enforce' },
    arrange: () => putPosition(redis(), SYMBOL, { now: NOW_SEC - 300, positionAmt: 1, markPrice: 33_333 }),
    numbers: { price_usd: 50_000, mark_price_usd: 33_333, price_band: 0.5 },
  },
};
const NAMES = Object.keys(CASES) as GateName[];

async function arranged(name: GateName, env: Record<string, string> = {}): Promise<Harness> {
  const governor = await harness(redis(), { ...CASES[name].env, ...env });
  await CASES[name].arrange?.(governor);
  await governor.plan({ planId: 'p1', ...CASES[name].plan });
  await governor.serve();
  return governor;
}
const mode = (name: GateName, word: string): Record<string, string> => ({ [`GOV_GATE_${name.toUpperCase()}`]: word });

describe('every gate', () => {
  it.each(NAMES)('refuses with its record and event, and no permit: %s', async (name) => {
    const sinceMs = await serverTimeMs(redis());
    const { block, permit, events, clock, metrics, pending } = await arranged(name);
    const refusal = { reason: name, timestamp: clock.wallSec(), symbol: SYMBOL };
    expect(await block('p1')).toEqual({ ...refusal, ...CASES[name].numbers });
    await expectTtl(redis(), blockKey('p1'), 3600, sinceMs);
    expect(await permit('p1')).toBeUndefined();
    expect(await events()).toEqual([
      { ...refusal, event: 'PLAN_REFUSED', plan_id: 'p1', timestamp: String(clock.wallSec()) },
    ]);
    expect(await metrics('quantum_govern_block_total')).toEqual([`{symbol="BTCUSDT",reason="${name}"} 1`]);
    expect(await metrics(`p32_gate_total{gate="${name}",mode="enforce",verdict="refuse"}`)).toEqual([' 1']);
    expect(await pending()).toEqual([]);
  });

  it.each(NAMES)('in shadow is counted and named in would_block, without effect: %s', async (name) => {
    const { permit, outcome, events, metrics } = await arranged(name, mode(name, 'shadow'));
    if (name === 'kill_switch') {
      expect(await outcome('p1')).toBe('kill_switch'); // enforced whatever its mode
    } else {
      expect(await permit('p1')).toMatchObject({ would_block: [name], mode: 'testnet' });
      expect(await metrics(`p32_gate_total{gate="${name}",mode="shadow",verdict="refuse"}`)).toEqual([' 1']);
      expect(await events()).toEqual([]);
    }
  });

  it.each(NAMES)('that is off is not asked: %s', async (name) => {
    const { permit, outcome } = await arranged(name, mode(name, 'off'));
    if (name === 'kill_switch') expect(await outcome('p1')).toBe('kill_switch');
    else expect(await permit('p1')).toMatchObject({ would_block: [] });
  });

  it.each(NAMES)('is in shadow in a dry run, the kill switch aside: %s', async (name) => {
    const { permit, outcome } = await arranged(name, { APPLY_MODE: 'dry_run' });
    if (name === 'kill_switch') expect(await outcome('p1')).toBe('kill_switch');
    else expect(await permit('p1')).toMatchObject({ would_block: [name], mode: 'dry_run' });
  });

  it.each(NAMES)('lets closing plans pass, but for kill switch and age: %s', async (name) => {
    const governor = await harness(redis(), CASES[name].env);
    await CASES[name].arrange?.(governor);
    await governor.decide({ planId: 'p1', ...CASES[name].plan, action: 'PARTIAL_25' });
    const expected = name === 'kill_switch' || name === 'plan_age' ? name : 'permit';
    expect(await governor.outcome('p1')).toBe(expected);
  });
});

describe('the kill switch', () => {
  it.each(['1', 'true', 'on', 'no', ' x '])('is on: "%s"', async (word) => {
    const { decide, outcome } = await harness(redis());
    await redis().set(KILL_KEY, word);
    await decide({ planId: 'open' }, { planId: 'close', action: 'PARTIAL_75' });
    expect([await outcome('open'), await outcome('close')]).toEqual(['kill_switch', 'kill_switch']);
  });

  it.each(['', ' ', '0', 'false', ' FALSE ', 'Off'])('is off: "%s"', async (word) => {
    const { decide, outcome } = await harness(redis());
    await redis().set(KILL_KEY, word);
    await decide({ planId: 'p1' });
    expect(await outcome('p1')).toBe('permit');
  });

  it('lets closing plans pass where that is allowed', async () => {
    const { decide, outcome } = await harness(redis(), { GOV_KILL_SWITCH_ALLOWS_CLOSES: 'true' });
    await redis().set(KILL_KEY, '1');
    await decide({ planId: 'open' }, { planId: 'close', action: 'PARTIAL_75' });
    expect([await outcome('open'), await outcome('close')]).toEqual(['kill_switch', 'permit']);
  });
});

describe('state that cannot be read', () => {
  it.each<[string, string, GateName]>([
    ['the kill switch', KILL_KEY, 'kill_switch'],
    ['the last execution', lastExecKey(SYMBOL), 'symbol_cooldown'],
    ['the window', windowKey(SYMBOL), 'symbol_cooldown'],
    ['the daily sum', dailyKey(SYMBOL), 'daily_notional'],
  ])('refuses opens of that symbol, and says so: %s', async (_name, key, gate) => {
    const { decide, block, outcome } = await harness(redis());
    await redis().rpush(key, 'no such type');
    await decide({ planId: 'p1' }, { planId: 'p2', symbol: 'ETHUSDT' });
    expect(await block('p1')).toEqual({ reason: gate, timestamp: NOW_SEC, symbol: SYMBOL, unreadable: true });
    expect(await outcome('p2')).toBe(gate === 'kill_switch' ? 'kill_switch' : 'permit');
  });

  it('refuses where the last execution is no number', async () => {
    const { decide, block } = await harness(redis());
    await redis().set(lastExecKey(SYMBOL), 'yesterday');
    await decide({ planId: 'p1' });
    expect(await block('p1')).toMatchObject({ reason: 'symbol_cooldown', unreadable: true });
  });

  it.each([
    ['no number', { day: utcDate(NOW_SEC), total_micro_usd: 'abc' }],
    ['a fraction', { day: utcDate(NOW_SEC), total_micro_usd: '1.5' }],
    ['below zero', { day: utcDate(NOW_SEC), total_micro_usd: '-5' }],
    ['beyond what can be summed', { day: utcDate(NOW_SEC), total_micro_usd: '9223372036854775807' }],
    ['of no day', { day: 'someday', total_micro_usd: '0' }],
  ])('includes a daily sum that is %s: opens are refused, closes pass', async (_name, daily) => {
    const { decide, block, outcome } = await harness(redis());
    await redis().hset(dailyKey(SYMBOL), daily);
    await decide({ planId: 'p1' }, { planId: 'p2', action: 'FULL_CLOSE_PROPOSED' });
    expect(await block('p1')).toMatchObject({ reason: 'daily_notional', unreadable: true });
    expect(await outcome('p2')).toBe('permit');
    expect(await redis().hget(dailyKey(SYMBOL), 'total_micro_usd')).toBe(daily.total_micro_usd);
  });

  it('stops no rate gate when only the last execution is broken and the cooldown is off', async () => {
    const { decide, outcome } = await harness(redis(), { GOV_GATE_SYMBOL_COOLDOWN: 'off' });
    await redis().set(lastExecKey(SYMBOL), 'yesterday');
    await decide({ planId: 'p1' });
    expect(await outcome('p1')).toBe('permit');
  });

  it('lets closing plans pass, uncounted where they are to be counted and the windows are broken, and says so', async () => {
    const { decide, outcome, metrics } = await harness(redis(), { GOV_COUNT_CLOSES: 'true' });
    await redis().rpush(windowKey(SYMBOL), 'no such type');
    await decide({ planId: 'p1', action: 'PARTIAL_50' });
    expect(await outcome('p1')).toBe('permit');
    expect(await metrics('p32_errors_total{kind="uncounted"}')).toEqual([' 1']);
    expect(await redis().hget(dailyKey(SYMBOL), 'total_micro_usd')).toBe('500000000');
  });

  it('is of no matter where no gate asks for it, and what can be counted is', async () => {
    const env = { GOV_SYMBOL_COOLDOWN_SECONDS: '0', GOV_GATE_HOURLY_RATE: 'off', GOV_GATE_BURST_RATE: 'off' };
    const { decide, outcome, metrics } = await harness(redis(), env);
    await redis().rpush(windowKey(SYMBOL), 'no such type');
    await decide({ planId: 'p1' });
    expect(await outcome('p1')).toBe('permit');
    expect(await metrics('p32_errors_total')).toEqual(['{kind="uncounted"} 1']);
    expect(await redis().hget(dailyKey(SYMBOL), 'total_micro_usd')).toBe('500000000');
  });

  it.each([budgetKey(SYMBOL), STREAMS.budgetViolation, targetKey(SYMBOL), positionKey(SYMBOL)])(
    'passes where a gate only advises: %s',
    async (key) => {
      const { decide, outcome } = await harness(redis());
      await putBudget(redis(), SYMBOL, { now: NOW_SEC });
      await addViolation(redis(), SYMBOL, { now: NOW_SEC });
      await putTarget(redis(), SYMBOL, { now: NOW_SEC, mode: 'enforce', targetUsd: 1 });
      // Each key broken in turn takes away one of the two refusals; the other gate is off.
      const advises = [budgetKey(SYMBOL), STREAMS.budgetViolation].includes(key)
        ? 'ALLOCATION_CAP'
        : 'PORTFOLIO_BUDGET';
      const governor = await harness(redis(), { [`GOV_GATE_${advises}`]: 'off' });
      await decide({ planId: 'p0' });
      expect(await outcome('p0')).not.toBe('permit');
      await redis().del(key);
      await redis().set(key, 'no such type');
      await governor.decide({ planId: 'p1' });
      expect(await outcome('p1')).toBe('permit');
    },
  );

  it.each<[string, string, string, string]>([
    ['the latch', '~quantum:governor:disarm:*', 'disarmed', 'permit'],
    ['the windows', '~quantum:governor:window:*', 'symbol_cooldown', 'permit'],
    ['the efficiency', '~quantum:capital:*', 'permit', 'permit'],
  ])('is also what we have no permission for: %s', async (_name, withheld, open, close) => {
    const keys = ['~quantum:stream:*', '~quantum:kill', '~quantum:permit:*', '~quantum:portfolio:*', '~quantum:allocation:*', '~quantum:state:*', '~quantum:capital:*', '~quantum:governor:[^dw]*', '~quantum:governor:window:*', '~quantum:governor:disarm:*', '~quantum:governor:da*', '~quantum:governor:de*']; // prettier-ignore
    await redis().acl('SETUSER', 'guest', 'on', '>secret', '+@all', ...keys.filter((key) => key !== withheld));
    const guest = await connect({ username: 'guest', password: 'secret' });
    const { decide, outcome, record, pending } = await harness(guest);
    await decide({ planId: 'open' }, { planId: 'close', symbol: 'ETHUSDT', action: 'PARTIAL_50' });
    expect([await outcome('open'), await outcome('close')]).toEqual([open, close]);
    if (open !== 'permit') expect((await record('open'))?.block).toMatchObject({ reason: open, unreadable: true });
    else expect((await record('open'))?.permit).toMatchObject({ eff_reason: 'redis_error' });
    expect(await pending()).toEqual([]);
  });

  it('is not what a symbol without any state has', async () => {
    const { decide, outcome } = await harness(redis());
    await decide({ planId: 'p1', symbol: 'A:B' });
    expect(await outcome('p1')).toBe('permit');
  });
});

describe('an unknown notional', () => {
  it('is refused in production', async () => {
    const { decide, block } = await harness(redis(), { APPLY_MODE: 'production' });
    await decide({ planId: 'p1', price: '' });
    expect(await block('p1')).toMatchObject({ reason: 'daily_notional', notional_usd: 'unknown' });
  });

  it('passes on testnet and is counted, also when the day is full', async () => {
    const { decide, outcome, metrics } = await harness(redis());
    await redis().hset(dailyKey(SYMBOL), { day: '2025-11-23', total_micro_usd: '6000000000' });
    await decide({ planId: 'full', qty: 1, price: 6000 });
    const later = await harness(redis(), { GOV_GATE_SYMBOL_COOLDOWN: 'off' });
    await later.decide({ planId: 'p1', price: '' });
    expect(await outcome('p1')).toBe('permit');
    expect(await metrics('p32_errors_total')).toEqual([]);
    expect(await later.metrics('p32_errors_total')).toEqual(['{kind="notional_unknown"} 1']);
    expect(await redis().zrange(windowKey(SYMBOL), '0', '-1')).toEqual(['p1']);
  });
});

describe('advice of other teams', () => {
  it.each([
    ['a budget in shadow', { mode: 'shadow' }, {}],
    ['an old budget', { timestamp: NOW_SEC - 60.5 }, {}],
    ['a violation of 30 s ago', {}, { timestamp: NOW_SEC - 30 }],
    ['a violation that is none', {}, { overBudget: false }],
    ['a violation of another symbol', {}, { json: `{"symbol":"ETHUSDT","over_budget":1,"timestamp":${NOW_SEC}}` }],
    ['a violation in milliseconds', {}, { timestamp: NOW_SEC * 1000 }],
    ['a violation that is no JSON', {}, { json: '{' }],
  ])('does not count: %s', async (_name, budget, violation) => {
    const { decide, outcome } = await harness(redis());
    await putBudget(redis(), SYMBOL, { now: NOW_SEC, ...budget });
    await addViolation(redis(), SYMBOL, { now: NOW_SEC, ...violation });
    await decide({ planId: 'p1' });
    expect(await outcome('p1')).toBe('permit');
  });

  it('hears of a young violation behind thousands that are young too, also when it has just started', async () => {
    const { decide, outcome } = await harness(redis());
    for (let i = 0; i < 2500; i++) await addViolation(redis(), `OTHER${i}`, { now: NOW_SEC - 2 });
    await putBudget(redis(), SYMBOL, { now: NOW_SEC });
    await addViolation(redis(), SYMBOL, { now: NOW_SEC - 1 });
    await decide({ planId: 'p1' });
    expect(await outcome('p1')).toBe('portfolio_budget');
  });

  it('hears of a violation that came after many others, while no plan was served', async () => {
    const { decide, outcome, clock } = await harness(redis(), { GOV_GATE_SYMBOL_COOLDOWN: 'off' });
    await addViolation(redis(), 'OTHER', { now: NOW_SEC });
    await decide({ planId: 'p0' });
    for (let i = 1; i <= 1001; i++) await addViolation(redis(), 'OTHER', { now: NOW_SEC + i / 100 });
    clock.advanceSec(3600);
    await putBudget(redis(), SYMBOL, { now: clock.wallSec() });
    await addViolation(redis(), SYMBOL, { now: clock.wallSec() - 1 });
    await decide({ planId: 'p1' });
    expect(await outcome('p1')).toBe('portfolio_budget');
  });
});

it('refuses where a window holds a time that is none', async () => {
  const { decide, outcome, metrics } = await harness(redis());
  await redis().zadd(windowKey(SYMBOL), '+inf', 'of others');
  await decide({ planId: 'p1' });
  expect([await outcome('p1'), await metrics('p32_errors_total')]).toEqual(['symbol_cooldown', []]);
});
