import { ANNOTATE_GROUP, permitKey, STREAMS } from '@quantum/redis-schemas';
import { waitFor } from '@quantum/testbed';
import type { AnyRedis } from './any-redis.js';
import { addPlan, type PlanInput } from './inputs.js';

/** Adds a plan as the Apply Layer does, at the server's time. */
export const addPlanNow = (redis: AnyRedis, planId: string, fields: Partial<PlanInput> = {}): Promise<string> =>
  addPlan(redis, { now: Date.now() / 1000, planId, id: '*', ...fields });

/** The text of a permit of the old shape, as a governor in Python writes it. */
export const oldPermit = (symbol = 'BTCUSDT', inside = ''): string =>
  `{"granted": true, "symbol": ${JSON.stringify(symbol)}, "decision": "EXECUTE", "computed_qty": 0.01, ` +
  `"computed_notional": 500.0, "created_at": 1763899200.123456789, "consumed": false${inside}}`;

/** Issues a permit as that governor does. */
export const issueOldPermit = async (redis: AnyRedis, planId: string, text = oldPermit()): Promise<void> => {
  await redis.set(permitKey(planId), text, 'EX', 60);
};

/** Waits until a permit has the hint; resolves to its text. */
export const waitForHint = (redis: AnyRedis, planId: string): Promise<string> =>
  waitFor(
    async () => {
      const text = await redis.get(permitKey(planId));
      return text?.includes('"eff_action"') ? text : undefined;
    },
    { what: `the hint of ${planId}` },
  );

/** Waits until annotators have read and hold this many entries. */
export const waitForAnnotatePending = (redis: AnyRedis, count: number): Promise<true> =>
  waitFor(async () => ((await redis.xpending(STREAMS.plans, ANNOTATE_GROUP)) as [number])[0] === count, {
    what: `${count} pending entries`,
  });
