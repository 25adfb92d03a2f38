import { describe, expect, it } from '@jest/globals';
import {
  blockKey,
  dailyKey,
  decidedKey,
  inFlightKey,
  KILL_KEY,
  lastExecKey,
  permitKey,
  STREAMS,
  windowKey,
} from '@quantum/redis-schemas';
import { GATES } from '@quantum/risk-gates';
import { expectTtl, putEfficiency, putTarget, serverTimeMs, useRedis } from '@quantum/testing';
import { harness, NOW_SEC } from '../tests/governor-harness.test-support.js';

const { redis } = useRedis();

const MODES = new Map<string, string>(GATES.map(({ name, defaultMode }) => [name, defaultMode]));
const FREE = { GOV_SYMBOL_COOLDOWN_SECONDS: '0' };
const members = (symbol: string) => redis().zrange(windowKey(symbol), '0', '-1');

describe('a plan is decided once', () => {
  it('when two entries of a batch have its id', async () => {
    const { decide, permit, metrics, pending } = await harness(redis(), FREE);
    await decide({ planId: 'p1' }, { planId: 'p1', qty: 5 });
    expect(await permit('p1')).toMatchObject({ computed_qty: 0.01 });
    expect(await members('BTCUSDT')).toEqual(['p1']);
    expect(await metrics('quantum_govern_allow_total')).toEqual(['{symbol="BTCUSDT"} 1']);
    expect(await metrics('p32_duplicates_total')).toEqual([' 1']);
    expect(await pending()).toEqual([]);
  });

  it('when the second entry names another symbol, which then holds no reservation', async () => {
    const { decide, permit } = await harness(redis(), FREE);
    await decide({ planId: 'p1' }, { planId: 'p1', symbol: 'ETHUSDT' });
    expect(await permit('p1')).toMatchObject({ symbol: 'BTCUSDT' });
    expect(await members('ETHUSDT')).toEqual([]);
    expect(await redis().exists(dailyKey('ETHUSDT'))).toBe(0);
    expect(await members('BTCUSDT')).toEqual(['p1']);
  });

  it('and its second entry, of another symbol, costs no plan of that symbol its reservation', async () => {
    const { decide, outcome } = await harness(redis(), { ...FREE, GOV_MAX_EXEC_PER_5MIN: '1' });
    await decide({ planId: 'p1' }, { planId: 'p1', symbol: 'ETHUSDT' }, { planId: 'p2', symbol: 'ETHUSDT' });
    expect(await outcome('p2')).toBe('permit');
  });

  it('when a second entry comes after the permit was consumed', async () => {
    const sinceMs = await serverTimeMs(redis());
    const { decide, permit, clock, record } = await harness(redis(), FREE);
    await decide({ planId: 'p1' });
    const first = await record('p1');
    await expectTtl(redis(), decidedKey('p1'), 86_400, sinceMs);
    await redis().del(permitKey('p1'));
    clock.advanceSec(3600);
    await decide({ planId: 'p1' });
    expect(await permit('p1')).toBeUndefined();
    expect(await record('p1')).toEqual(first);
  });

  it('when it was refused: what would pass later stays refused', async () => {
    const { decide, outcome, permit, events } = await harness(redis());
    await redis().set(KILL_KEY, '1');
    await decide({ planId: 'p1' });
    await redis().del(KILL_KEY);
    await decide({ planId: 'p1' });
    expect(await outcome('p1')).toBe('kill_switch');
    expect(await permit('p1')).toBeUndefined();
    expect(await events()).toHaveLength(1);
  });

  it('when a consumer that read it died before anything else', async () => {
    const { plan, permit, redeliver, pending } = await harness(redis(), FREE);
    await plan({ planId: 'p1' });
    await redis().xreadgroup('GROUP', 'governor', 'dead', 'STREAMS', STREAMS.plans, '>');
    await redeliver();
    expect(await permit('p1')).toBeDefined();
    expect(await pending()).toEqual([]);
  });

  it.each([
    ['permit', {}],
    ['refuse', { GOV_MAX_EXEC_PER_HOUR: '0' }],
  ])('when another governor permitted what we would %s: recorded as foreign, and counted', async (_name, env) => {
    const { decide, record, permit, metrics, pending, redeliver, consumer } = await harness(redis(), {
      ...FREE,
      ...env,
    });
    await redis().set(permitKey('p1'), '{"granted":true}');
    await decide({ planId: 'p1' });
    expect(await redis().get(permitKey('p1'))).toBe('{"granted":true}');
    expect(await record('p1')).toMatchObject({ outcome: 'foreign', inputs: { notional_usd: 500, closing: false } });
    expect(await members('BTCUSDT')).toEqual(['p1']);
    expect(await redis().hget(dailyKey('BTCUSDT'), 'total_micro_usd')).toBe('500000000');
    expect(await redis().hkeys(inFlightKey('BTCUSDT'))).toEqual(['{}']);
    expect(await metrics('p32_errors_total')).toEqual(['{kind="foreign_permit"} 1']);
    expect(await pending()).toEqual([]);

    await redis().del(permitKey('p1')); // consumed: it is not permitted again, nor counted twice
    await redis().xgroup('SETID', STREAMS.plans, 'governor', '0');
    await consumer.readNew(10, 1);
    await redeliver();
    await decide({ planId: 'p1' });
    expect(await permit('p1')).toBeUndefined();
    expect(await redis().hget(dailyKey('BTCUSDT'), 'total_micro_usd')).toBe('500000000');
  });

  it('when another governor permitted it and a second entry comes hours later: it is not counted anew', async () => {
    const { decide, clock, redeliver, consumer, pending } = await harness(redis(), FREE);
    await redis().set(permitKey('p1'), '{"granted":true}');
    await decide({ planId: 'p1' });
    await redis().xgroup('SETID', STREAMS.plans, 'governor', '0'); // a redelivery keeps its time, too
    await consumer.readNew(10, 1);
    clock.advanceSec(5);
    await redeliver();
    clock.advanceSec(13 * 3600); // on the next day
    await decide({ planId: 'p1' });
    expect(await redis().zrange(windowKey('BTCUSDT'), '0', '-1', 'WITHSCORES')).toEqual(['p1', String(NOW_SEC)]);
    expect(await redis().hget(dailyKey('BTCUSDT'), 'day')).toBe('2025-11-23');
    expect(await pending()).toEqual([]);
  });

  it.each(['{"v":2}', 'garbage', ''])(
    'when its record is not one of ours, %j: it is kept, and a dead letter says so',
    async (json) => {
      const { decide, permit, metrics, pending, deadLetters, events } = await harness(redis());
      await redis().set(decidedKey('p1'), json);
      await decide({ planId: 'p1' }, { planId: 'p2', symbol: 'ETHUSDT' });
      expect(await permit('p1')).toBeUndefined();
      expect(await redis().get(decidedKey('p1'))).toBe(json);
      expect(await permit('p2')).toBeDefined();
      expect(await metrics('p32_errors_total')).toEqual(['{kind="invalid_record"} 1']);
      expect(await metrics('p32_deadletter_total')).toEqual(['{reason="invalid_record"} 1']);
      const error = `the decision record ${decidedKey('p1')} is not one of ours; the plan was not decided again`;
      expect(await deadLetters()).toMatchObject([{ plan_id: 'p1', reason: 'invalid_record', error }]);
      expect(await events()).toMatchObject([{ event: 'DEAD_LETTER', plan_id: 'p1', reason: 'invalid_record' }]);
      expect(await pending()).toEqual([]);
    },
  );
});

describe('a crash', () => {
  it('after the reservation is made good: a permit keeps it, a refusal releases it', async () => {
    const { plan, redeliver, outcome } = await harness(redis(), FREE);
    await putTarget(redis(), 'gives', { now: NOW_SEC, mode: 'enforce', targetUsd: 1 });
    for (const planId of ['keeps', 'gives']) {
      await plan({ planId, symbol: planId });
      await redis().zadd(windowKey(planId), NOW_SEC - 1, planId);
      await redis().hset(dailyKey(planId), {
        day: '2025-11-23',
        [`p:${planId}`]: '500000000',
        total_micro_usd: '500000100',
      });
    }
    await redis().xreadgroup('GROUP', 'governor', 'dead', 'STREAMS', STREAMS.plans, '>');
    await redeliver();
    expect([await outcome('keeps'), await outcome('gives')]).toEqual(['permit', 'allocation_cap']);
    expect([await members('keeps'), await members('gives')]).toEqual([['keeps'], []]);
    expect(await redis().hget(dailyKey('keeps'), 'total_micro_usd')).toBe('500000100');
    expect(await redis().hgetall(dailyKey('gives'))).toEqual({ day: '2025-11-23', total_micro_usd: '100' });
  });

  it('between record and effects is finished by the next delivery', async () => {
    const { decide, redeliver, consumer, block, events, record } = await harness(redis());
    await decide({ planId: 'open' });
    await redis().set(KILL_KEY, '1');
    await decide({ planId: 'refused' });
    await redis().del(KILL_KEY);
    const records = [await record('open'), await record('refused')];
    const refusal = await block('refused');

    // As if the process had died right after the record: no effect is there, the entries are pending.
    await redis().del(blockKey('refused'), STREAMS.events, lastExecKey('BTCUSDT'));
    await redis().zadd(windowKey('BTCUSDT'), NOW_SEC, 'refused');
    await redis().xgroup('SETID', STREAMS.plans, 'governor', '0');
    await consumer.readNew(10, 1);
    await redeliver();

    expect(await block('refused')).toEqual(refusal);
    expect(await events()).toMatchObject([{ event: 'PLAN_REFUSED', plan_id: 'refused', reason: 'kill_switch' }]);
    expect(await redis().get(lastExecKey('BTCUSDT'))).toBe(String(NOW_SEC));
    expect(await members('BTCUSDT')).toEqual(['open']);
    expect([await record('open'), await record('refused')]).toEqual(records);
  });

  it('after the acknowledgement changes nothing, however often all is delivered again', async () => {
    const { decide, redeliver, consumer, permit } = await harness(redis(), FREE);
    await decide({ planId: 'p1' }, { planId: 'p2' }, { planId: 'p3' });
    const before = await Promise.all(['p1', 'p2', 'p3'].map(permit));
    for (let i = 0; i < 3; i++) {
      await redis().xgroup('SETID', STREAMS.plans, 'governor', '0');
      await consumer.readNew(10, 1);
      await redeliver();
    }
    expect(await Promise.all(['p1', 'p2', 'p3'].map(permit))).toEqual(before);
    expect(await members('BTCUSDT')).toEqual(['p1', 'p2']);
  });

  it('of a later version, which refused by a gate that is not known here, is finished', async () => {
    const { decide, redeliver, consumer, events } = await harness(redis());
    await redis().set(KILL_KEY, '1');
    await decide({ planId: 'p1' });
    const text = (await redis().get(decidedKey('p1')))!.replaceAll('"reason":"kill_switch"', '"reason":"max_spread"');
    await redis().set(decidedKey('p1'), text);
    await redis().del(blockKey('p1'), STREAMS.events);
    await redis().xgroup('SETID', STREAMS.plans, 'governor', '0');
    await consumer.readNew(10, 1);
    await redeliver();
    expect(await redis().get(blockKey('p1'))).toContain('"reason":"max_spread"');
    expect(await events()).toMatchObject([{ event: 'PLAN_REFUSED', plan_id: 'p1', reason: 'max_spread' }]);
  });

  it('of the scripts’ cache is not noticed', async () => {
    const { decide, permit } = await harness(redis(), FREE);
    await decide({ planId: 'p1' });
    await redis().script('FLUSH');
    await decide({ planId: 'p2' });
    expect(await permit('p2')).toBeDefined();
  });
});

describe('the record', () => {
  it('holds what decided, at full precision', async () => {
    const { decide, record, permit, metrics } = await harness(redis());
    await putEfficiency(redis(), 'BTCUSDT', { now: NOW_SEC, score: '0.123456789', ts: '1763899000.5' });
    await decide({ planId: 'p1', qty: 0.1, price: 0.7, killScore: '0.123456789012' });
    const found = await record('p1');
    expect(found).toMatchObject({
      v: 2,
      plan_id: 'p1',
      symbol: 'BTCUSDT',
      decided_at: NOW_SEC,
      outcome: 'permit',
      reason: '',
      inputs: {
        action: 'OPEN',
        closing: false,
        qty: 0.1,
        price_usd: 0.7,
        notional_usd: 0.1 * 0.7,
        kill_score: 0.123456789012,
        kill_switch: false,
        last_exec: null,
        exec_count_hour: 0,
        day_notional_usd: 0,
      },
    });
    expect(Number(found?.inputs['eff_score'])).toBe(0.123456789);
    expect(found?.inputs['eff_ts']).toBe('1763899000.5');
    expect(found?.permit).toEqual(await permit('p1'));
    expect(found?.gates).toEqual([]); // none refused
    expect(await metrics('p32_gate_total')).toEqual(
      [...MODES].map(([gate, mode]) => `{gate="${gate}",mode="${mode}",verdict="pass"} 1`),
    );
  });
});
