import { ANNOTATE_GROUP, permitKey, STREAMS } from '@quantum/redis-schemas';
import { addPlan, waitFor, type PlanInput } from '@quantum/testing';
import type { Redis } from 'ioredis';

export const nowSec = (): number => Date.now() / 1000;

/** Adds a plan as the Apply Layer does, at the server's time. */
export const plan = (redis: Redis, planId: string, fields: Partial<PlanInput> = {}): Promise<string> =>
  addPlan(redis, { now: nowSec(), planId, id: '*', ...fields });

/** The text of a permit of the old shape, as a governor in Python writes it. */
export const oldPermit = (symbol = 'BTCUSDT', inside = ''): string =>
  `{"granted": true, "symbol": ${JSON.stringify(symbol)}, "decision": "EXECUTE", "computed_qty": 0.01, ` +
  `"computed_notional": 500.0, "created_at": 1763899200.123456789, "consumed": false${inside}}`;

/** Issues a permit as the other governor does. */
export const issue = async (redis: Redis, planId: string, text = oldPermit()): Promise<void> => {
  await redis.set(permitKey(planId), text, 'EX', 60);
};

/** Waits until a permit has the hint; resolves to its text. */
export const annotated = (redis: Redis, planId: string): Promise<string> =>
  waitFor(
    async () => {
      const text = await redis.get(permitKey(planId));
      return text?.includes('"eff_action"') ? text : undefined;
    },
    { what: `the hint of ${planId}` },
  );

/** Entries that were delivered to annotators and are not acknowledged. */
export const pendingCount = async (redis: Redis): Promise<number> =>
  ((await redis.xpending(STREAMS.plans, ANNOTATE_GROUP)) as [number])[0];

/** Waits until annotators have read and hold this many entries. */
export const waitForPending = (redis: Redis, count: number): Promise<true> =>
  waitFor(async () => (await pendingCount(redis)) === count, { what: `${count} pending entries` });

/** One series of the metrics served at `url`, by its full name with labels; 0 where there is none. */
export async function metric(url: string, series: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const line = text.split('\n').find((one) => one.startsWith(`${series} `));
  return Number(line?.slice(series.length + 1) ?? 0);
}

/** Waits until this many plans have had this result. */
export const waitForResult = (url: string, result: string, count = 1): Promise<true> =>
  waitFor(async () => (await metric(url, `p32_annotate_total{result="${result}"}`)) === count, {
    what: `${count} times ${result}`,
  });
