import { describe, expect, it } from '@jest/globals';
import { windowKey } from '@quantum/redis-schemas';
import { boundedRuns, useRedis } from '@quantum/testing';
import fc from 'fast-check';
import { harness, NOW_SEC } from './governor-harness.test-support.js';

const { redis, connect } = useRedis();

const SYMBOLS = ['A', 'B', 'C'];
const PLANS = Array.from({ length: 24 }, (_, i) => ({ planId: `p${i}`, symbol: SYMBOLS[i % 3] ?? '' }));
const ENV = { GOV_SYMBOL_COOLDOWN_SECONDS: '0' };
const anyOrder = fc.shuffledSubarray(PLANS.map((_, i) => i), { minLength: PLANS.length }); // prettier-ignore

describe('several governors at once', () => {
  it.each([
    ['alike', [0, 0, 0]],
    ['milliseconds apart', [0, 0.003, -0.005]],
    ['seconds apart', [0, 4, -4]],
  ])(
    'decide each plan once and hold every limit with clocks %s, though each is given all plans, in an order of its own',
    async (_name, ahead) => {
      const clients = await Promise.all([connect(), connect(), connect()]);
      await fc.assert(
        fc.asyncProperty(fc.tuple(anyOrder, anyOrder, anyOrder), async (orders) => {
          await redis().flushall();
          const replicas = await Promise.all(clients.map((client) => harness(client, ENV)));
          const [first] = replicas;
          if (!first) return;
          for (const [i, { clock }] of replicas.entries()) clock.advanceSec(ahead[i] ?? 0);
          for (const plan of PLANS) await first.plan({ ...plan, now: NOW_SEC });
          const entries = await first.consumer.readNew(100, 1);
          await Promise.all(
            replicas.map((replica, i) => replica.serveEntries((orders[i] ?? []).flatMap((at) => entries[at] ?? []))),
          );

          const outcomes = await Promise.all(PLANS.map(({ planId }) => first.outcome(planId)));
          expect(new Set(outcomes)).toEqual(new Set(['permit', 'burst_rate']));
          for (const symbol of SYMBOLS) {
            const permitted = PLANS.filter((plan, i) => plan.symbol === symbol && outcomes[i] === 'permit');
            expect(permitted.length).toBeLessThanOrEqual(2);
            const counted = await redis().zrange(windowKey(symbol), '0', '-1');
            expect(counted.sort()).toEqual(permitted.map(({ planId }) => planId).sort());
          }
          const metrics = await Promise.all(replicas.map((replica) => replica.metrics('quantum_govern_allow_total')));
          const allowed = metrics.flat().reduce((sum, line) => sum + Number(line.split(' ')[1]), 0);
          expect(allowed).toBe(outcomes.filter((outcome) => outcome === 'permit').length);
          for (const replica of replicas) expect(await replica.metrics('p32_errors_total')).toEqual([]);
        }),
        boundedRuns(15),
      );
    },
  );
});
