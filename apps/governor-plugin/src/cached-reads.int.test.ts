import { describe, expect, it } from '@jest/globals';
import { followChanges, untilReady, type FollowedReads, type ReadCache } from '@quantum/redis-io';
import { budgetKey, efficiencyKey, KILL_KEY, positionKey, STREAMS, targetKey } from '@quantum/redis-schemas';
import { putEfficiency, useRedis, waitFor } from '@quantum/testing';
import fc from 'fast-check';
import { harness, NOW_SEC, type Harness } from './governor-harness.test-support.js';

const { redis, connect } = useRedis();

const ENV = { GOV_SYMBOL_COOLDOWN_SECONDS: '0', GOV_MAX_EXEC_PER_HOUR: '1000', GOV_MAX_EXEC_PER_5MIN: '1000' };

/** Plans do their work on a connection whose reads are followed, until the work is done. */
async function withCache<T>(work: (governor: Harness, cache: ReadCache) => Promise<T>): Promise<T> {
  const client = connect();
  await untilReady(client);
  const { cache, stop } = followChanges(client, { name: 'changes', onRefused: console.error }) as FollowedReads;
  try {
    await waitFor(() => cache.isOn, { what: 'the cache' });
    return await work(await harness(client, ENV, undefined, cache), cache);
  } finally {
    stop();
    client.disconnect();
  }
}

const KEYS = { budget: budgetKey, target: targetKey, position: positionKey, efficiency: efficiencyKey };
const number = fc.constantFrom('0', '0.2', '0.9', '1000', '', 'text');
const change = fc.record({
  symbol: fc.constantFrom('A', 'B'),
  of: fc.constantFrom(...(Object.keys(KEYS) as (keyof typeof KEYS)[])),
  how: fc.constantFrom('hset', 'hset', 'hset', 'del', 'hdel', 'text', 'expire'),
  value: number,
});
const step = fc.oneof(fc.constantFrom('A', 'B'), change);

/** Of each kind of hash, a field that decides, and the time that makes it count. */
const FIELDS = {
  budget: ['mode', 'timestamp'],
  target: ['target_usd', 'timestamp'],
  position: ['position_amt', 'mark_price'],
  efficiency: ['efficiency_score', 'ts'],
} as const;

async function apply({ symbol, of, how, value }: typeof change extends fc.Arbitrary<infer T> ? T : never) {
  const [key, [field, time]] = [KEYS[of](symbol), FIELDS[of]];
  const now = String(Math.floor(NOW_SEC));
  if (how === 'del') await redis().del(key);
  else if (how === 'hdel') await redis().del(key).then(() => redis().hset(key, field, value)); // prettier-ignore
  else if (how === 'text') await redis().set(key, value);
  else if (how === 'expire') await redis().pexpire(key, 0);
  else await redis().multi().del(key).hset(key, 'confidence', '0.9', 'mode', 'enforce', field, value, time, now).exec(); // prettier-ignore
}

describe('a governor that keeps what it reads', () => {
  it('decides as one that reads everything for each plan, whatever is written between plans', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
        const play = async ({ decide, record }: Harness) => {
          const records = [];
          for (const [i, one] of steps.entries()) {
            if (typeof one !== 'string') {
              await apply(one);
              continue;
            }
            const planId = `p${i}`;
            await decide({ planId, symbol: one, qty: 0.01, price: '', id: `${NOW_SEC * 1000}-${i + 1}` });
            records.push(await record(planId));
          }
          return records;
        };
        await redis().flushall();
        const plain = await play(await harness(redis(), ENV));
        await redis().flushall();
        expect(await withCache(play)).toEqual(plain);
      }),
      { numRuns: 40 },
    );
  }, 60_000);

  it('knows what was written in one go with the plan', async () => {
    await withCache(async ({ consumer, governor, clock, record }) => {
      for (let i = 0; i < 300; i += 1) {
        const entries = consumer.readNew(10, 1000);
        const score = (i % 40) / 100;
        await redis()
          .multi()
          .hset(efficiencyKey('A'), 'efficiency_score', score, 'confidence', '0.9', 'ts', Math.floor(NOW_SEC))
          .xadd(STREAMS.plans, '*', 'plan_id', `p${i}`, 'symbol', 'A', 'decision', 'EXECUTE', 'action', 'OPEN', 'kill_score', '0.1')
          .exec(); // prettier-ignore
        await governor.serve(await entries, clock.nowSec);
        expect((await record(`p${i}`))?.inputs).toMatchObject({ eff_score: score });
      }
    });
  });

  it('reads a symbol’s state once for many plans, and what safety gates ask each time', async () => {
    await withCache(async ({ decide, outcome }) => {
      await putEfficiency(redis(), 'A', { now: NOW_SEC });
      await decide({ planId: 'first', symbol: 'A' });
      await redis().config('RESETSTAT');
      await decide(...Array.from({ length: 20 }, (_, i) => ({ planId: `p${i}`, symbol: 'A', qty: 0 })));
      const asked = await redis().info('commandstats');
      // One for each plan: that of the day's notional, in the script that counts.
      expect(/cmdstat_hmget:calls=(\d+)/.exec(asked)?.[1]).toBe('20');
      expect(await outcome('p19')).toBe('permit');
      await redis().set(KILL_KEY, '1');
      await decide({ planId: 'killed', symbol: 'A' });
      expect(await outcome('killed')).toBe('kill_switch');
    });
  });

  it('asks each time for the mark price of a plan that says none: it counts for the day', async () => {
    await withCache(async ({ decide, permit }, cache) => {
      cache.forget = () => undefined; // as if notices were lost
      for (const mark of ['100', '200']) {
        await redis().hset(positionKey('A'), 'mark_price', mark, 'position_amt', '0');
        await decide({ planId: `at-${mark}`, symbol: 'A', qty: 1, price: '' });
        expect(await permit(`at-${mark}`)).toMatchObject({ computed_notional: Number(mark) });
      }
    });
  });
});
