import { describe, expect, it } from '@jest/globals';
import { breachesKey, disarmKey, STREAMS, utcDate } from '@quantum/redis-schemas';
import { expectTtl, serverTimeMs, useRedis } from '@quantum/testing';
import { harness, NOW_SEC, type Harness } from './governor-harness.test-support.js';

const { redis } = useRedis();

const ENV = { GOV_SYMBOL_COOLDOWN_SECONDS: '0', GOV_DISARM_ON_BURST_BREACH: 'true' };
const LATCH = disarmKey(utcDate(NOW_SEC));
const BREACHES = breachesKey(utcDate(NOW_SEC));
const stands = async () => (await redis().exists(LATCH)) === 1;

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
    expect(await stands()).toBe(true);
    await redis().del(LATCH);
    await again(governor);
    expect(await stands()).toBe(false);
    expect(await governor.metrics('quantum_govern_disarm_total')).toEqual(['{reason="burst_rate"} 1']);
  });

  it('is not set again by a redelivery of a breach that found it standing', async () => {
    const governor = await harness(redis(), { ...ENV, GOV_GATE_DISARMED: 'shadow' });
    await governor.decide({ planId: 'a' }, { planId: 'b' }, { planId: 'first' }, { planId: 'second' });
    await redis().del(LATCH);
    await again(governor);
    expect(await stands()).toBe(false);
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
    expect(await stands()).toBe(true);
  });

  it('is set also where the marks of breaches cannot be kept', async () => {
    await redis().set(BREACHES, 'no such type');
    await breached();
    expect(await stands()).toBe(true);
  });

  it('and its marks are cleared away two days later', async () => {
    const sinceMs = await serverTimeMs(redis());
    await breached();
    for (const key of [LATCH, BREACHES]) await expectTtl(redis(), key, 172_800, sinceMs);
  });
});
