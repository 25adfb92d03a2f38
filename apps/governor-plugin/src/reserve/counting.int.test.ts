import { describe, expect, it } from '@jest/globals';
import {
  dailyKey,
  disarmKey,
  inFlightKey,
  KILL_KEY,
  lastExecKey,
  permitKey,
  utcDate,
  windowKey,
} from '@quantum/redis-schemas';
import { expectTtl, putPosition, serverTimeMs, useRedis } from '@quantum/testing';
import { refreshExecutions } from '../observe/executions.js';
import { harness, NOW_SEC } from '../tests/governor-harness.test-support.js';

const { redis } = useRedis();

const SYMBOL = 'BTCUSDT';
const window = () => redis().zrange(windowKey(SYMBOL), '0', '-1', 'WITHSCORES');
const daily = () => redis().hgetall(dailyKey(SYMBOL));
const NO_COOLDOWN = { GOV_SYMBOL_COOLDOWN_SECONDS: '0' };
const NO_RATES = { ...NO_COOLDOWN, GOV_GATE_HOURLY_RATE: 'off', GOV_GATE_BURST_RATE: 'off' };

describe('counting', () => {
  it.each([
    ['an open', {}, {}],
    ['a close, where closes are counted', { GOV_COUNT_CLOSES: 'true' }, { action: 'PARTIAL_25' }],
  ])('counts the permit of %s in every window', async (_name, env, plan) => {
    const sinceMs = await serverTimeMs(redis());
    const { decide } = await harness(redis(), env);
    await decide({ planId: 'p1', qty: 0.1, price: 0.7, ...plan });
    expect(await window()).toEqual(['p1', String(NOW_SEC)]);
    expect(await daily()).toEqual({ day: '2025-11-23', 'p:p1': '70000', total_micro_usd: '70000' });
    expect((await redis().hkeys(inFlightKey(SYMBOL))).filter((id) => id !== '{}')).toEqual([]);
    expect(await redis().get(lastExecKey(SYMBOL))).toBe(String(NOW_SEC));
    await expectTtl(redis(), lastExecKey(SYMBOL), 3600, sinceMs);
    await expectTtl(redis(), windowKey(SYMBOL), 7800, sinceMs);
    await expectTtl(redis(), dailyKey(SYMBOL), 172_800, sinceMs);
  });

  it('counts no close, which stamps the last execution all the same: an open behind it waits for the cooldown', async () => {
    const { plan, serve, outcome } = await harness(redis());
    await plan({ planId: 'before' });
    await plan({ planId: 'close', action: 'PARTIAL_25' });
    await plan({ planId: 'other', symbol: 'ETHUSDT', action: 'PARTIAL_25' });
    await plan({ planId: 'behind', symbol: 'ETHUSDT' });
    await serve();
    expect(await Promise.all(['before', 'close', 'other', 'behind'].map(outcome))).toEqual([
      'permit', 'permit', 'permit', 'symbol_cooldown',
    ]); // prettier-ignore
    expect(await window()).toEqual(['before', String(NOW_SEC)]);
    expect(await redis().exists(windowKey('ETHUSDT'), dailyKey('ETHUSDT'), inFlightKey('ETHUSDT'))).toBe(0);
  });

  it('makes a plan that closes by its action, but is larger than the position, wait for the close before it', async () => {
    const { decide, outcome } = await harness(redis());
    await putPosition(redis(), SYMBOL, { now: NOW_SEC, positionAmt: 1, markPrice: 100 });
    const close = (planId: string, qty: number) => ({ planId, action: 'FULL_CLOSE_PROPOSED', qty, price: 100 });
    await decide(close('close', 1), close('turns', 5), close('again', 1));
    expect(await Promise.all(['close', 'turns', 'again'].map(outcome))).toEqual([
      'permit',
      'symbol_cooldown',
      'permit',
    ]);
  });

  it('neither counts nor stamps a stop update, whose permit it issues in the cooldown too', async () => {
    const { decide, outcome } = await harness(redis());
    await decide({ planId: 'stop', action: 'UPDATE_SL' }, { planId: 'p1' });
    expect([await outcome('stop'), await outcome('p1')]).toEqual(['permit', 'permit']);
    expect(await window()).toEqual(['p1', String(NOW_SEC)]);
    await redis().del(lastExecKey(SYMBOL));
    await decide({ planId: 'stop2', action: 'UPDATE_SL' });
    expect([await outcome('stop2'), await redis().exists(lastExecKey(SYMBOL))]).toEqual(['permit', 0]);
  });

  it('counts no stop update where closes are counted, of any governor', async () => {
    const { decide, outcome } = await harness(redis(), { GOV_COUNT_CLOSES: 'true' });
    await redis().set(permitKey('foreign'), '{"granted":true}');
    await decide({ planId: 'stop', action: 'UPDATE_SL' }, { planId: 'foreign', action: 'UPDATE_SL' });
    expect([await outcome('stop'), await outcome('foreign')]).toEqual(['permit', 'foreign']);
    expect(await redis().exists(windowKey(SYMBOL), dailyKey(SYMBOL), inFlightKey(SYMBOL), lastExecKey(SYMBOL))).toBe(0);
  });

  it.each([
    ['before the windows', {}, () => redis().set(KILL_KEY, '1')],
    ['by the windows', {}, () => redis().set(lastExecKey(SYMBOL), String(NOW_SEC))],
    ['by another team', {}, () => redis().hset('quantum:allocation:target:BTCUSDT', { mode: 'enforce', timestamp: NOW_SEC, target_usd: 1 })],
    ['by a broken last_exec', {}, () => redis().set(lastExecKey(SYMBOL), 'x')],
    ['for a day that is full', { GOV_MAX_NOTIONAL_PER_DAY_USD: '499' }, () => redis().ping()],
  ])('counts nothing of a plan that was refused %s', async (_name, env, arrange) => {
    const { decide, outcome } = await harness(redis(), env);
    await arrange();
    const before = await redis().get(lastExecKey(SYMBOL));
    await decide({ planId: 'p1' });
    expect(await outcome('p1')).not.toBe('permit');
    expect(await window()).toEqual([]);
    expect(await daily()).toEqual({});
    expect(await redis().get(lastExecKey(SYMBOL))).toBe(before);
  }); // prettier-ignore

  it('honours the last execution of another program where that is the newer one', async () => {
    const { decide, outcome, clock, block } = await harness(redis());
    await decide({ planId: 'p1' });
    clock.advanceSec(100);
    await redis().set(lastExecKey(SYMBOL), clock.wallSec() - 30);
    await decide({ planId: 'p2' });
    expect(await block('p2')).toMatchObject({ reason: 'symbol_cooldown', age_sec: 30 });
    await redis().set(lastExecKey(SYMBOL), NOW_SEC - 1000); // older than our own: no longer the one that counts
    clock.set(NOW_SEC + 59);
    await decide({ planId: 'p3', id: '*' });
    expect(await block('p3')).toMatchObject({ reason: 'symbol_cooldown', age_sec: 59 });
    clock.set(NOW_SEC + 100);
    await decide({ planId: 'p4', id: '*' });
    expect(await outcome('p4')).toBe('permit');
    expect(await redis().get(lastExecKey(SYMBOL))).toBe(String(NOW_SEC + 100));
  });

  it('takes a last execution in the future as of now, and does not set it back', async () => {
    const { decide, block } = await harness(redis());
    await redis().set(lastExecKey(SYMBOL), String(NOW_SEC + 50));
    await decide({ planId: 'p1' });
    expect(await block('p1')).toMatchObject({ reason: 'symbol_cooldown', age_sec: 0 });
    await decide({ planId: 'p2', action: 'PARTIAL_25' });
    expect(await redis().get(lastExecKey(SYMBOL))).toBe(String(NOW_SEC + 50));
  });
});

describe('limits', () => {
  it('are exact within one batch', async () => {
    const { decide, outcome } = await harness(redis(), NO_COOLDOWN);
    await decide({ planId: 'p1' }, { planId: 'p2' }, { planId: 'p3' }, { planId: 'other', symbol: 'ETHUSDT' });
    expect(await Promise.all(['p1', 'p2', 'p3', 'other'].map(outcome))).toEqual([
      'permit', 'permit', 'burst_rate', 'permit',
    ]); // prettier-ignore
  });

  it('a burst of two: the third passes when the first is exactly five minutes old', async () => {
    const { decide, outcome, clock } = await harness(redis(), NO_COOLDOWN);
    await decide({ planId: 'p1' });
    clock.advanceSec(1);
    await decide({ planId: 'p2' });
    clock.set(NOW_SEC + 299.75);
    await decide({ planId: 'p3' });
    clock.set(NOW_SEC + 300);
    await decide({ planId: 'p4' });
    expect(await Promise.all(['p3', 'p4'].map(outcome))).toEqual(['burst_rate', 'permit']);
  });

  it('three an hour: the fourth passes when the first is exactly an hour old', async () => {
    const { decide, outcome, clock } = await harness(redis());
    for (const planId of ['p1', 'p2', 'p3']) {
      await decide({ planId });
      clock.advanceSec(600);
    }
    clock.set(NOW_SEC + 3599.75);
    await decide({ planId: 'p4' });
    clock.set(NOW_SEC + 3600);
    await decide({ planId: 'p5' });
    expect(await Promise.all(['p3', 'p4', 'p5'].map(outcome))).toEqual(['permit', 'hourly_rate', 'permit']);
  });

  it('a cooldown ends to the moment', async () => {
    const { decide, outcome, clock } = await harness(redis());
    await decide({ planId: 'p1' });
    clock.advanceSec(59.75);
    await decide({ planId: 'p2' });
    clock.advanceSec(0.25);
    await decide({ planId: 'p3' });
    expect(await Promise.all(['p2', 'p3'].map(outcome))).toEqual(['symbol_cooldown', 'permit']);
  });

  it('a day is filled to the last micro USD, and not beyond', async () => {
    const { decide, outcome, block } = await harness(redis(), { ...NO_RATES, GOV_MAX_NOTIONAL_PER_DAY_USD: '0.3' });
    const plan = (planId: string, price: string) => ({ planId, qty: 1, price });
    await decide(plan('p1', '0.1'), plan('p2', '0.199999'), plan('p3', '0.000002'), plan('p4', '0.000001'));
    await decide(plan('p5', '0.000001'));
    expect(await Promise.all(['p1', 'p2', 'p3', 'p4', 'p5'].map(outcome))).toEqual([
      'permit', 'permit', 'daily_notional', 'permit', 'daily_notional',
    ]); // prettier-ignore
    expect(await block('p5')).toMatchObject({ day_notional_usd: 0.3, notional_usd: 0.000001 });
    expect(await redis().hget(dailyKey(SYMBOL), 'total_micro_usd')).toBe('300000');
  });

  it('a day ends at midnight UTC', async () => {
    const { decide, outcome, clock } = await harness(redis(), NO_RATES);
    const midnight = Date.UTC(2025, 10, 24) / 1000;
    clock.set(midnight - 0.25);
    await decide({ planId: 'p1', qty: 1, price: 5000 }, { planId: 'p2', price: 1 });
    clock.set(midnight);
    await decide({ planId: 'p3', qty: 1, price: 5000 });
    expect(await Promise.all(['p1', 'p2', 'p3'].map(outcome))).toEqual(['permit', 'daily_notional', 'permit']);
    expect(await daily()).toEqual({ day: utcDate(midnight), 'p:p3': '5000000000', total_micro_usd: '5000000000' });
  });

  it('of 0 admit no open', async () => {
    const { decide, outcome } = await harness(redis(), { GOV_MAX_EXEC_PER_HOUR: '0' });
    await decide({ planId: 'p1' });
    expect(await outcome('p1')).toBe('hourly_rate');
  });

  it('hold whatever the size of a plan', async () => {
    const { decide, outcome, record } = await harness(redis(), NO_RATES);
    await decide({ planId: 'p1', qty: '1e300', price: '1e300' }, { planId: 'p2', qty: '1e300', price: '1e300', reduceOnly: true });
    expect(await outcome('p1')).toBe('daily_notional');
    expect((await record('p2'))?.permit).toMatchObject({ computed_notional: Number.MAX_VALUE });
  }); // prettier-ignore
});

describe('breaches of one batch', () => {
  it('disarm once, by the first of them', async () => {
    const { decide, metrics } = await harness(redis(), { ...NO_COOLDOWN, GOV_DISARM_ON_BURST_BREACH: 'true' });
    await decide({ planId: 'p1' }, { planId: 'p2' }, { planId: 'p3' }, { planId: 'p4' });
    const latch = (await redis().get(disarmKey(utcDate(NOW_SEC)))) ?? '';
    expect(JSON.parse(latch)).toMatchObject({ reason: 'burst_rate', plan_id: 'p3' });
    expect(await metrics('quantum_govern_disarm_total')).toEqual(['{reason="burst_rate"} 1']);
  });
});

describe('execution gauges', () => {
  it('decay by time alone, and go with the symbol', async () => {
    const { decide, clock, telemetry, metrics } = await harness(redis(), NO_COOLDOWN);
    const gauges = async () => [
      ...(await metrics('quantum_govern_exec_count_hour')),
      ...(await metrics('quantum_govern_exec_count_5min')),
    ];
    await decide({ planId: 'p1' }, { planId: 'p2' });
    expect(await gauges()).toEqual(['{symbol="BTCUSDT"} 2', '{symbol="BTCUSDT"} 2']);
    clock.advanceSec(300);
    await refreshExecutions(redis(), telemetry, clock.wallSec());
    expect(await gauges()).toEqual(['{symbol="BTCUSDT"} 2']);
    clock.advanceSec(3301);
    await refreshExecutions(redis(), telemetry, clock.wallSec());
    expect(await gauges()).toEqual([]);
    expect(await metrics('p32_eff_factor')).toEqual([]);
    expect(telemetry.shownSymbols).toEqual([]);
  });

  it('count what is ahead of the clock, as the limits do', async () => {
    const { decide, telemetry, clock, metrics } = await harness(redis(), NO_COOLDOWN);
    await decide({ planId: 'p1' });
    await refreshExecutions(redis(), telemetry, clock.wallSec() - 30);
    expect(await metrics('quantum_govern_exec_count_hour')).toEqual(['{symbol="BTCUSDT"} 1']);
    expect(await metrics('quantum_govern_exec_count_5min')).toEqual(['{symbol="BTCUSDT"} 1']);
  });

  it('are asked for in pages of few commands, of symbols with series alone, each when no batch is in flight', async () => {
    const { decide, telemetry, clock } = await harness(redis(), NO_COOLDOWN); // of 100 series
    const symbols = Array.from({ length: 250 }, (_, i) => `S${i}`);
    await decide(...symbols.map((symbol) => ({ planId: symbol, symbol })));
    const asked = async () => Number(/cmdstat_zcount:calls=(\d+)/.exec(await redis().info('commandstats'))?.[1] ?? 0);
    await redis().config('RESETSTAT');
    const askedBefore: number[] = [];
    await refreshExecutions(redis(), telemetry, clock.wallSec(), async () => {
      askedBefore.push(await asked());
    });
    expect(askedBefore).toEqual([0, 40, 80, 120, 160]);
    expect(await asked()).toBe(200);
  });

  it('wait while a batch is in flight', async () => {
    const { plan, consumer, serveEntries, governor, permit } = await harness(redis());
    await plan({ planId: 'p1' });
    const serving = serveEntries(await consumer.readNew(1, 1));
    await governor.idle();
    expect(await permit('p1')).toBeDefined();
    await serving;
  });

  it('make room for other symbols within an hour of the last plan, also where a symbol had no series', async () => {
    const { decide, telemetry, clock, metrics } = await harness(redis(), NO_COOLDOWN);
    await decide(...Array.from({ length: 120 }, (_, i) => ({ planId: `p${i}`, symbol: `S${i}` })));
    const leftOut = () => metrics('quantum_metrics_symbols_left_out');
    expect(await leftOut()).toEqual([' 20']);
    clock.advanceSec(3601);
    await refreshExecutions(redis(), telemetry, clock.wallSec());
    expect([await leftOut(), telemetry.shownSymbols]).toEqual([[], []]);
  });
});
