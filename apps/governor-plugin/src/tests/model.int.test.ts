import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startPrivateCluster, type PrivateCluster } from '@quantum/private-redis';
import { connectRedis, mastersOf, untilReady, type Redis } from '@quantum/redis-io';
import { dailyKey, decidedKey, lastExecKey, windowKey } from '@quantum/redis-schemas';
import { boundedRuns, useRedis } from '@quantum/testing';
import fc from 'fast-check';
import { harness, NOW_SEC, type Client } from './governor-harness.test-support.js';

const server = useRedis();

const SYMBOLS = ['AAA', 'BBB', 'CCC'];
const MODES = ['enforce', 'shadow', 'off'] as const;
type Mode = (typeof MODES)[number];

interface Step {
  symbol: string;
  /** Since the step before; a batch ends where time passes. */
  afterSec: number;
  qty: number | undefined;
  priceUsd: number;
  closing: boolean;
  /** How far the clock of the replica that serves it is ahead of the plans' clock, seconds. */
  aheadSec: number;
  /** Which earlier plan's id it repeats, if any. */
  repeats: number | undefined;
}

interface Setting {
  cooldownSec: number;
  maxHour: number;
  maxBurst: number;
  maxDayUsd: number;
  modes: Record<'symbol_cooldown' | 'hourly_rate' | 'burst_rate' | 'daily_notional', Mode>;
  production: boolean;
  countCloses: boolean;
}

/** The contract's windows, as simply as they can be said: a list of what was granted. Money in whole micro USD. */
class Model {
  readonly #granted: { symbol: string; sec: number; day: string; microUsd: number; counts: boolean }[] = [];
  readonly #setting: Setting;
  /** By symbol the day that is summed: of clocks that differ, the one ahead begins it. */
  readonly #days = new Map<string, string>();

  constructor(setting: Setting) {
    this.#setting = setting;
  }

  /** The reason of a refusal, or `permit`; counts what it permits. */
  decide({ symbol, qty, priceUsd, closing }: Step, nowSec: number): string {
    const { cooldownSec, maxHour, maxBurst, maxDayUsd, modes, production, countCloses } = this.#setting;
    const own = this.#granted.filter((grant) => grant.symbol === symbol);
    const today = new Date(nowSec * 1000).toISOString().slice(0, 10);
    const summed = this.#days.get(symbol) ?? '';
    const day = today > summed ? today : summed;
    const within = (spanSec: number) => own.filter(({ sec, counts }) => counts && sec > nowSec - spanSec).length;
    const dayUsd =
      own.filter((grant) => grant.counts && grant.day === day).reduce((sum, { microUsd }) => sum + microUsd, 0) / 1e6;
    const usd = qty === undefined ? undefined : qty * priceUsd;
    const last = Math.max(...own.map(({ sec }) => sec), -Infinity);
    const refusals = {
      symbol_cooldown: cooldownSec > 0 && nowSec - last < cooldownSec,
      hourly_rate: within(3600) >= maxHour,
      burst_rate: within(300) >= maxBurst,
      daily_notional: usd === undefined ? production : dayUsd + usd > maxDayUsd,
    };
    for (const [name, refused] of Object.entries(refusals) as [keyof typeof refusals, boolean][]) {
      if (!closing && refused && modes[name] === 'enforce') return name;
    }
    const counts = !closing || countCloses;
    if (counts) this.#days.set(symbol, day);
    this.#granted.push({ symbol, sec: nowSec, day, microUsd: Math.round((usd ?? 0) * 1e6), counts });
    return 'permit';
  }

  hasPermits(symbol: string): boolean {
    return this.#granted.some((grant) => grant.symbol === symbol);
  }
}

const quarter = (max: number) => fc.integer({ min: 0, max: max * 4 }).map((n) => n / 4);
const limit = fc.integer({ min: 0, max: 4 });

const setting: fc.Arbitrary<Setting> = fc.record({
  cooldownSec: fc.oneof(fc.constant(0), quarter(100)),
  maxHour: limit,
  maxBurst: limit,
  maxDayUsd: fc.oneof(fc.constant(0.3), fc.integer({ min: 0, max: 3000 })),
  modes: fc.record({
    symbol_cooldown: fc.constantFrom(...MODES),
    hourly_rate: fc.constantFrom(...MODES),
    burst_rate: fc.constantFrom(...MODES),
    daily_notional: fc.constantFrom(...MODES),
  }),
  production: fc.boolean(),
  countCloses: fc.boolean(),
});

const step: fc.Arbitrary<Step> = fc.record({
  symbol: fc.constantFrom(...SYMBOLS),
  afterSec: fc.oneof(
    { weight: 3, arbitrary: fc.constant(0) },
    { weight: 2, arbitrary: quarter(120) },
    { weight: 1, arbitrary: fc.constantFrom(60, 299.75, 300, 3599.75, 3600, 86_400) },
  ),
  qty: fc.option(fc.constantFrom(0, 0.1, 1, 3), { nil: undefined, freq: 6 }),
  priceUsd: fc.constantFrom(0.1, 0.2, 0.000001, 499.99, 1000),
  closing: fc.boolean(),
  aheadSec: fc.constantFrom(0, 0, 0.25, -0.25, 4, -4),
  repeats: fc.option(fc.nat(30), { nil: undefined, freq: 8 }),
});

const environment = ({ cooldownSec, maxHour, maxBurst, maxDayUsd, modes, production, countCloses }: Setting) => ({
  GOV_COUNT_CLOSES: String(countCloses),
  APPLY_MODE: production ? 'production' : 'testnet',
  GOV_SYMBOL_COOLDOWN_SECONDS: String(cooldownSec),
  GOV_MAX_EXEC_PER_HOUR: String(maxHour),
  GOV_MAX_EXEC_PER_5MIN: String(maxBurst),
  GOV_MAX_NOTIONAL_PER_DAY_USD: String(maxDayUsd),
  ...Object.fromEntries(Object.entries(modes).map(([name, mode]) => [`GOV_GATE_${name.toUpperCase()}`, mode])),
});

/** That a governor permits and refuses as the model does, and counts what it permits. `empty` clears the server. */
const agreement = (redis: () => Client, empty: () => Promise<unknown>) =>
  fc.asyncProperty(setting, fc.array(step, { minLength: 1, maxLength: 40 }), async (limits, steps) => {
    await empty();
    const { plan, serve, clock, outcome, metrics } = await harness(redis(), environment(limits));
    const model = new Model(limits);
    const expected = new Map<string, string>();
    const ids: string[] = [];
    clock.set(NOW_SEC);
    let plansSec = NOW_SEC;
    for (const [i, each] of steps.entries()) {
      if (each.afterSec > 0 || plansSec + each.aheadSec !== clock.wallSec()) await serve();
      plansSec += each.afterSec;
      clock.set(plansSec + each.aheadSec);
      const repeated = each.repeats === undefined ? undefined : ids[each.repeats];
      const planId = repeated ?? `p${i}`;
      ids.push(planId);
      await plan({
        planId,
        now: plansSec,
        symbol: each.symbol,
        qty: each.qty,
        price: each.priceUsd,
        reduceOnly: each.closing,
      });
      if (repeated === undefined) expected.set(planId, model.decide(each, clock.wallSec()));
    }
    await serve();

    const actual = new Map<string, string>();
    for (const planId of expected.keys()) actual.set(planId, await outcome(planId));
    expect(actual).toEqual(expected);
    const errors = (await metrics('p32_errors_total')).filter((line) => !line.includes('notional_unknown'));
    expect(errors).toEqual([]); // above all no window_mismatch

    // What is counted is what was permitted, and nothing else left a trace.
    const permitted = new Set([...expected].filter(([, reason]) => reason === 'permit').map(([planId]) => planId));
    for (const symbol of SYMBOLS) {
      const members = await redis().zrange(windowKey(symbol), '0', '-1');
      expect(members.filter((planId) => !permitted.has(planId))).toEqual([]);
      const daily = await redis().hgetall(dailyKey(symbol));
      const parts = Object.entries(daily).filter(([field]) => field.startsWith('p:'));
      expect(parts.filter(([field]) => !permitted.has(field.slice(2)))).toEqual([]);
      const sum = parts.reduce((total, [, micro]) => total + Number(micro), 0);
      expect(Number(daily['total_micro_usd'] ?? 0)).toBe(sum);
      expect(await redis().exists(lastExecKey(symbol))).toBe(model.hasPermits(symbol) ? 1 : 0);
    }
    for (const planId of expected.keys()) expect(await redis().exists(decidedKey(planId))).toBe(1);
  });

describe('the governor and a model of the contract’s windows', () => {
  it('permit and refuse the same, whatever the plans, times, limits and modes', async () => {
    const { redis } = server;
    await fc.assert(
      agreement(redis, () => redis().flushall()),
      boundedRuns(60),
    );
  });
});

describe('the same on a Cluster of three masters', () => {
  let cluster: PrivateCluster;
  let redis: Redis;
  beforeAll(async () => {
    cluster = await startPrivateCluster();
    redis = connectRedis({ url: cluster.url, host: '', port: 6379, db: 0 }, 'test');
    await untilReady(redis);
  });
  afterAll(async () => {
    redis.disconnect();
    await cluster.stop();
  });

  const empty = () => Promise.all(mastersOf(redis).map((master) => master.flushall()));

  it('permit and refuse the same', async () => {
    await fc.assert(
      agreement(() => redis as unknown as Client, empty),
      boundedRuns(10),
    );
  });

  it('hold an open to the cooldown that an exit before it in the same batch began', async () => {
    await empty();
    const { plan, serve, outcome } = await harness(redis as unknown as Client);
    await plan({ planId: 'exit', symbol: 'AAA', reduceOnly: true });
    await plan({ planId: 'open', symbol: 'AAA' });
    await serve();
    expect([await outcome('exit'), await outcome('open')]).toEqual(['permit', 'symbol_cooldown']);
  });
});
