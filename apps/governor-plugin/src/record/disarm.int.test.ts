import { describe, expect, it } from '@jest/globals';
import { breachesKey, disarmKey, STREAMS, utcDate } from '@quantum/redis-schemas';
import { expectTtl, serverTimeMs, useRedis } from '@quantum/testing';
import { harness, NOW_SEC, type Harness } from '../tests/governor-harness.test-support.js';

const { redis } = useRedis();

const ENV = { GOV_SYMBOL_COOLDOWN_SECONDS: '0', GOV_DISARM_ON_BURST_BREACH: 'true' };
const LATCH = disarmKey(utcDate(NOW_SEC));
const BREACHES = breachesKey(utcDate(NOW_SEC));
const isLatched = async () => (await redis().exists(LATCH)) === 1;

/** A governor that has refused `breach` for a burst. */
async function breached(): Promise<Harness> {
  const governor = await harness(redis(), ENV);
  await governor.decide({ planId: 'a' }, { planId: 'b' }, { planId: 'breach' });
  expect(await governor.outcome('breach')).toBe('burst_rate');
  return governor;
}

/** Delivers all again, as if no acknowledgement had come through. */
async function again({ consumer, redeliver }: Harness): Promise<void> {
  await redis().xgroup('SETID', STREAMS.plans, 'governor', '0');
  await consumer.readNew(100, 1);
  await redeliver();
}

describe('a latch that an operator has cleared', () => {
  it('is not set again by a redelivery of the breach that set it', async () => {
    const governor = await breached();
    expect(await isLatched()).toBe(true);
    await redis().del(LATCH);
    await again(governor);
    expect(await isLatched()).toBe(false);
    expect(await governor.metrics('quantum_govern_disarm_total')).toEqual(['{reason="burst_rate"} 1']);
  });

  it('is not set again by a redelivery of a breach that found it set', async () => {
    const governor = await harness(redis(), { ...ENV, GOV_GATE_DISARMED: 'shadow' });
    await governor.decide({ planId: 'a' }, { planId: 'b' }, { planId: 'first' }, { planId: 'second' });
    await redis().del(LATCH);
    await again(governor);
    expect(await isLatched()).toBe(false);
  });

  it('is set anew by the next breach', async () => {
    const { decide } = await breached();
    await redis().del(LATCH);
    await decide({ planId: 'next' });
    expect(JSON.parse((await redis().get(LATCH)) ?? '')).toMatchObject({ plan_id: 'next', reason: 'burst_rate' });
  });
});

describe('the latch', () => {
  it('is set by the redelivery of a breach whose process died before it set it', async () => {
    const governor = await breached();
    await redis().del(LATCH, BREACHES); // as it was right after the record
    await again(governor);
    expect(await isLatched()).toBe(true);
  });

  it('is set also where the marks of breaches cannot be kept', async () => {
    await redis().set(BREACHES, 'no such type');
    await breached();
    expect(await isLatched()).toBe(true);
  });

  it('and its marks are cleared away two days later', async () => {
    const sinceMs = await serverTimeMs(redis());
    await breached();
    for (const key of [LATCH, BREACHES]) await expectTtl(redis(), key, 172_800, sinceMs);
  });
});

describe('a latch that is set late in the day', () => {
  const MIDNIGHT_SEC = 1_763_942_400; // 2025-11-24
  const NEXT = disarmKey('2025-11-24');

  it('lasts as long into the next day as its least time asks, and opens are refused there', async () => {
    const governor = await harness(redis(), ENV);
    governor.clock.set(MIDNIGHT_SEC - 1200);
    const sinceMs = await serverTimeMs(redis());
    await governor.decide({ planId: 'a' }, { planId: 'b' }, { planId: 'breach' });
    expect(await redis().mget(LATCH, NEXT)).toEqual([expect.any(String), await redis().get(LATCH)]);
    await expectTtl(redis(), NEXT, 3600, sinceMs);
    expect(await governor.metrics('quantum_govern_disarm_total')).toEqual(['{reason="burst_rate"} 1']);
    governor.clock.set(MIDNIGHT_SEC + 1);
    await governor.decide({ planId: 'next' });
    expect(await governor.outcome('next')).toBe('disarmed');
  });

  it.each([
    ['an hour before midnight', 3600.5, {}],
    ['with no least time', 1, { GOV_DISARM_MIN_SEC: '0' }],
  ])('lasts to midnight alone %s', async (_name, beforeSec, env) => {
    const governor = await harness(redis(), { ...ENV, ...env });
    governor.clock.set(MIDNIGHT_SEC - beforeSec);
    await governor.decide({ planId: 'a' }, { planId: 'b' }, { planId: 'breach' });
    expect(await redis().exists(LATCH, NEXT)).toBe(1);
  });

  it('is cleared for good where an operator clears both days', async () => {
    const governor = await harness(redis(), ENV);
    governor.clock.set(MIDNIGHT_SEC - 1200);
    await governor.decide({ planId: 'a' }, { planId: 'b' }, { planId: 'breach' });
    await redis().del(LATCH, NEXT);
    await again(governor);
    expect(await redis().exists(LATCH, NEXT)).toBe(0);
  });
});
