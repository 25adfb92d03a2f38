import { describe, expect, it } from '@jest/globals';
import { lastExecKey, windowKey } from '@quantum/redis-schemas';
import { boundedRuns, putEfficiency, putTarget, useRedis } from '@quantum/testing';
import fc from 'fast-check';
import { harness, NOW_SEC } from '../tests/governor-harness.test-support.js';
import { PARTITION_PLANS } from './partitions.js';

const { redis } = useRedis();

const SYMBOLS = Array.from('ABCDEFGH');
const plan = fc.record({
  symbol: fc.constantFrom(...SYMBOLS),
  qty: fc.constantFrom(0, 0.1, 1, 3),
  reduceOnly: fc.boolean(),
  killScore: fc.constantFrom(0.1, 0.1, 0.1, 0.9),
  repeats: fc.option(fc.nat(100), { nil: undefined, freq: 10 }),
});

/** All that Redis has but streams, and what was reported. */
async function stateOf(events: Record<string, string>[]) {
  const keys = (await redis().keys('*')).sort();
  const state: Record<string, unknown> = {};
  for (const key of keys) {
    const type = await redis().type(key);
    // Redis' own clock is an input of each record.
    if (type === 'string') state[key] = (await redis().get(key))?.replace(/"server":[\d.]+/, '"server":0');
    else if (type === 'hash') state[key] = await redis().hgetall(key);
    else if (type === 'zset') state[key] = await redis().zrange(key, '0', '-1', 'WITHSCORES');
  }
  return { state, events: events.map((event) => JSON.stringify(event)).sort() };
}

describe('plans that are served together', () => {
  it('leave the same in Redis as plans that are served one by one, also in batches that overlap', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(plan, { minLength: 1, maxLength: 3 * PARTITION_PLANS }), async (plans) => {
        const states = [];
        for (const [perBatch, atOnce] of [
          [1, 1],
          [plans.length, 1],
          [Math.ceil(plans.length / 4), 3],
        ] as const) {
          await redis().flushall();
          const governor = await harness(redis(), { GOV_SYMBOL_COOLDOWN_SECONDS: '0' });
          for (const symbol of 'AB') await putEfficiency(redis(), symbol, { now: NOW_SEC, score: 0.2 });
          await putTarget(redis(), 'C', { now: NOW_SEC, mode: 'enforce', targetUsd: 2000 });
          await redis().set(windowKey('D'), 'no such type');
          await redis().lpush(lastExecKey('E'), 'no such type');
          for (const [i, { repeats, ...fields }] of plans.entries()) {
            const planId = `p${repeats !== undefined && repeats < i ? repeats : i}`;
            await governor.plan({ planId, id: `${NOW_SEC * 1000 - 1000}-${i + 1}`, price: 1000, ...fields });
          }
          for (let served = 0; served < plans.length; served += perBatch * atOnce) {
            const batches = [];
            for (let i = 0; i < atOnce; i += 1) batches.push(await governor.consumer.readNew(perBatch, 1));
            const done = await Promise.all(batches.map((entries) => governor.serveEntries(entries)));
            await governor.consumer.ack(done.flat());
          }
          expect(await governor.pending()).toEqual([]);
          states.push(await stateOf(await governor.events()));
        }
        expect(states[1]).toEqual(states[0]);
        expect(states[2]).toEqual(states[0]);
      }),
      boundedRuns(25),
    );
  });

  it('are judged at the time at which their state is read, where they wait for plans of the same symbol', async () => {
    const { plan: add, consumer, governor, record } = await harness(redis(), { GOV_SYMBOL_COOLDOWN_SECONDS: '0' });
    let nowSec = NOW_SEC;
    const clock = () => (nowSec += 0.25);
    await add({ planId: 'first' });
    const first = await consumer.readNew(1, 1);
    await add({ planId: 'second' });
    const second = await consumer.readNew(1, 1);
    await Promise.all([governor.serve(first, clock), governor.serve(second, clock)]);
    const [one = 0, two = 0] = await Promise.all(['first', 'second'].map(async (id) => (await record(id))?.decided_at));
    expect([one > NOW_SEC, two > one]).toEqual([true, true]);
  });
});
