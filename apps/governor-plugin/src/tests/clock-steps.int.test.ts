import { describe, expect, it } from '@jest/globals';
import { lastExecKey, windowKey } from '@quantum/redis-schemas';
import { putEfficiency, putTarget, useRedis } from '@quantum/testing';
import { harness, NOW_SEC } from './governor-harness.test-support.js';

const { redis } = useRedis();

const HOUR_SEC = 3600;
const NO_COOLDOWN = { GOV_SYMBOL_COOLDOWN_SECONDS: '0' };
/** A plan whose id is given by a clock that stopped while the governor's stepped. */
const ofServer = (planId: string) => ({ planId, now: NOW_SEC });

describe('a clock that steps forth by an hour', () => {
  it('finds the windows as they were when it steps back: no limit is forgotten', async () => {
    const { decide, outcome, clock } = await harness(redis(), NO_COOLDOWN);
    await decide({ planId: 'a' }, { planId: 'b' });
    clock.advanceSec(HOUR_SEC);
    await decide({ planId: 'ahead' });
    clock.set(NOW_SEC + 1);
    await decide({ planId: 'c', id: '*' });
    expect([await outcome('ahead'), await outcome('c')]).toEqual(['permit', 'hourly_rate']);
    expect(await redis().zcard(windowKey('BTCUSDT'))).toBe(3);
  });

  it('takes every plan for too old, says so in its records, and issues nothing', async () => {
    const { decide, outcome, block, clock } = await harness(redis());
    clock.advanceSec(HOUR_SEC);
    await decide(ofServer('p1'));
    expect(await outcome('p1')).toBe('plan_age');
    expect(await block('p1')).toMatchObject({ reason: 'plan_age' });
  });

  it('takes efficiency for stale: no hint, no harm', async () => {
    const { decide, permit, clock } = await harness(redis());
    await putEfficiency(redis(), 'BTCUSDT', { now: NOW_SEC, score: 0.1 });
    clock.advanceSec(HOUR_SEC);
    await decide({ planId: 'p1' });
    expect(await permit('p1')).toMatchObject({ eff_reason: 'stale_eff', eff_action: 'NONE', eff_factor: '1.0000' });
  });

  it('takes a cap for stale, which is advice, and lets it pass', async () => {
    const { decide, outcome, clock } = await harness(redis());
    await putTarget(redis(), 'BTCUSDT', { now: NOW_SEC, mode: 'enforce', targetUsd: 1 });
    clock.advanceSec(HOUR_SEC);
    await decide({ planId: 'p1' });
    expect(await outcome('p1')).toBe('permit');
  });
});

describe('a clock that steps back by an hour', () => {
  it('takes a last execution that is ahead of it for one of this moment: the cooldown holds', async () => {
    const { decide, outcome, clock } = await harness(redis());
    await decide({ planId: 'a' });
    clock.advanceSec(-HOUR_SEC);
    await decide({ planId: 'b', id: '*' });
    expect(await outcome('b')).toBe('symbol_cooldown');
  });

  it('never sets the time of the last execution back', async () => {
    const { decide, outcome, clock } = await harness(redis(), NO_COOLDOWN);
    await decide({ planId: 'a' });
    clock.advanceSec(-HOUR_SEC);
    await decide({ planId: 'b', id: '*' });
    expect(await outcome('b')).toBe('permit');
    expect(await redis().get(lastExecKey('BTCUSDT'))).toBe(String(NOW_SEC));
  });

  it('counts what is ahead of it, and the same when it is right again', async () => {
    const { decide, outcome, clock } = await harness(redis(), NO_COOLDOWN);
    await decide({ planId: 'a' }, { planId: 'b' });
    clock.advanceSec(-HOUR_SEC);
    await decide({ planId: 'behind', id: '*' });
    clock.set(NOW_SEC + 1);
    await decide({ planId: 'c', id: '*' });
    expect([await outcome('behind'), await outcome('c')]).toEqual(['burst_rate', 'burst_rate']);
  });

  it('counts a plan from its future as fresh', async () => {
    const { decide, outcome, clock } = await harness(redis());
    clock.advanceSec(-HOUR_SEC);
    await decide(ofServer('p1'));
    expect(await outcome('p1')).toBe('permit');
  });

  it('takes efficiency from its future for invalid: no hint, no harm', async () => {
    const { decide, permit, clock } = await harness(redis());
    await putEfficiency(redis(), 'BTCUSDT', { now: NOW_SEC, score: 0.1 });
    clock.advanceSec(-HOUR_SEC);
    await decide({ planId: 'p1' });
    expect(await permit('p1')).toMatchObject({ eff_reason: 'invalid_eff', eff_action: 'NONE', eff_factor: '1.0000' });
  });

  it('does not take a cap from its future for fresh: it does not hold', async () => {
    const { decide, outcome, clock } = await harness(redis());
    await putTarget(redis(), 'BTCUSDT', { now: NOW_SEC, mode: 'enforce', targetUsd: 1 });
    clock.advanceSec(-HOUR_SEC);
    await decide({ planId: 'p1' });
    expect(await outcome('p1')).toBe('permit');
  });

  it('redelivers without deciding anew', async () => {
    const { decide, record, redeliver, consumer, clock } = await harness(redis());
    await decide({ planId: 'p1' });
    const first = await record('p1');
    await redis().xgroup('SETID', 'quantum:stream:apply.plan', 'governor', '0');
    await consumer.readNew(10, 1);
    clock.advanceSec(-HOUR_SEC);
    await redeliver();
    expect(await record('p1')).toEqual(first);
  });
});
