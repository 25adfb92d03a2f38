import { blockKey, parseJson, permitKey, STREAMS } from '@quantum/redis-schemas';
import type { Redis } from '@quantum/redis-io';
import { waitFor } from '@quantum/testbed';

/** A plan that buys. */
export interface Opening {
  id: string;
  symbol: string;
  usd: number;
  priceUsd: number;
}

/** What became of it: a permit, or the gate that refused it, with the numbers that decided. */
export type OpeningDecision =
  | { gate: undefined; permit: Readonly<Record<string, unknown>> }
  | { gate: string; block: Readonly<Record<string, unknown>> };

/** Submits a plan that opens, and waits for what the governor decides. @throws Error when it decides nothing */
export async function submitOpening(redis: Redis, { id, symbol, usd, priceUsd }: Opening): Promise<OpeningDecision> {
  const order = { side: 'BUY', qty: String(usd / priceUsd), price: String(priceUsd), reduceOnly: 'false' };
  const plan = { plan_id: id, symbol, action: 'OPEN', decision: 'EXECUTE', kill_score: '0.1', ...order };
  await redis.xadd(STREAMS.plans, '*', ...Object.entries(plan).flat());
  return waitFor(
    async (): Promise<OpeningDecision | undefined> => {
      const [permitText, blockText] = await redis.mget(permitKey(id), blockKey(id));
      const [permit, block] = [objectOf(permitText), objectOf(blockText)];
      if (permit) return { gate: undefined, permit };
      return block && { gate: String(block['reason']), block };
    },
    { what: `the governor's decision on ${id}` },
  );
}

const objectOf = (text: string | null | undefined): Readonly<Record<string, unknown>> | undefined => {
  const value: unknown = parseJson(text ?? '');
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
};
