import { BRAIN_STATE_PATTERN, STREAMS } from '@quantum/redis-schemas';
import { repeat, type Activity } from '@quantum/testbed';
import type { Redis } from 'ioredis';

/** Faults to inject next to the brains. The checker must find each. */
export const BRAIN_FAULTS = {
  repeat: 'publishes a closed period again',
  rewind: 'sets states back by a period',
  spoil: 'adds a score whose confidence is no number',
  invent: 'adds a closed period with a price that no one wrote',
  bill: 'adds a fee of an order that the market does not know',
  lose: 'deletes entries that close periods',
} as const;
export type BrainFault = keyof typeof BRAIN_FAULTS;

const EVERY_MS = 300;
type Step = (redis: Redis) => Promise<unknown>;

/** The latest entry that closes a period. */
async function latestClosing(redis: Redis): Promise<[id: string, flat: string[]] | undefined> {
  const entries = await redis.xrevrange(STREAMS.efficiencyDecision, '+', '-', 'COUNT', 500);
  return entries.find(([, flat]) => flat[flat.indexOf('closed') + 1] !== '');
}

const STEPS: Readonly<Record<BrainFault, Step>> = {
  repeat: async (redis) => {
    const [, flat] = (await latestClosing(redis)) ?? [];
    if (flat) await redis.xadd(STREAMS.efficiencyDecision, '*', ...flat);
  },
  rewind: async (redis) => {
    const keys = await redis.keys(BRAIN_STATE_PATTERN);
    await redis.pipeline(keys.map((key) => ['hincrby', key, 'period', '-1'])).exec();
  },
  spoil: async (redis) => {
    const [, flat] = (await latestClosing(redis)) ?? [];
    const at = flat?.indexOf('confidence') ?? -1;
    if (flat)
      await redis.xadd(STREAMS.efficiencyDecision, '*', ...flat.map((text, i) => (i === at + 1 ? 'NaN' : text)));
  },
  invent: async (redis) => {
    const [, flat] = (await latestClosing(redis)) ?? [];
    const invented = flat?.map((text) => text.replace(/"price":[\d.]+/, '"price":7'));
    if (invented) await redis.xadd(STREAMS.efficiencyDecision, '*', ...invented);
  },
  bill: (redis) => {
    const order = `unknown-${Date.now()}`;
    return redis.xadd(STREAMS.rlRewards, '*', 'symbol', 'SYM0USDT', 'pnl', '1', 'commission', '5', 'order_id', order);
  },
  lose: async (redis) => {
    const [id] = (await latestClosing(redis)) ?? [];
    if (id !== undefined) await redis.xdel(STREAMS.efficiencyDecision, id);
  },
};

/** Starts to inject the fault into a run. */
export const startBrainFault = (fault: BrainFault, redis: Redis): Activity =>
  repeat(() => STEPS[fault](redis), EVERY_MS);
