import { PERMIT_TTL_SEC, permitKey } from '@quantum/redis-schemas';
import type { Cluster, Redis } from 'ioredis';

/** A consumed permit: the reply of GETDEL. */
export interface ConsumedPermit {
  planId: string;
  json: string;
  /** When it was set, by the clock of Redis, unix ms: its expiry minus the contract's TTL of a permit. */
  setMs: number;
}

/** Consumes the permits of plans in one round trip, as the Apply Layer does. Plans without a permit are left out. */
export async function consumePermits(redis: Redis | Cluster, planIds: readonly string[]): Promise<ConsumedPermit[]> {
  if (planIds.length === 0) return [];
  const commands = planIds.flatMap((id) => [['pexpiretime', permitKey(id)], ['getdel', permitKey(id)]]); // prettier-ignore
  const replies = (await redis.pipeline(commands).exec()) ?? [];
  return planIds.flatMap((planId, i) => {
    const json = replies[2 * i + 1]?.[1];
    if (typeof json !== 'string') return [];
    return [{ planId, json, setMs: Number(replies[2 * i]?.[1]) - 1000 * PERMIT_TTL_SEC }];
  });
}
