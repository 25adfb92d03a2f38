import { systemClock } from '@quantum/clock';
import { describeGroups, EVICTION_DANGER, evicts, mastersOf, readEvictionPolicy, type Redis } from '@quantum/redis-io';
import { otherReaders } from '@quantum/service-kit';
import { disarmKey, utcDate } from '@quantum/redis-schemas';
import { killSwitchOn } from './kill-switch.js';
import type { Settings } from './settings.js';

export interface PlanPreflight {
  /** Why none may be, or needs to be, submitted. */
  reason?: string;
  /** Others read the plan stream too, and --live allows it. */
  readers?: string;
}

/** Checks before any write whether plans may be submitted at all. */
export async function preflightPlans(
  redis: Redis,
  { plansStream, killKeys }: Settings,
  live: boolean,
): Promise<PlanPreflight> {
  const others = await otherReaders(redis, plansStream);
  const readers = describeGroups(others);
  if (others.length > 0 && !live) {
    return { reason: `${plansStream} is also read by ${readers}: plans are submitted there only with --live` };
  }
  const on = await killSwitchOn(redis, killKeys);
  if (on !== undefined) return { reason: `${on}: every plan is refused` };
  const latch = disarmKey(utcDate(systemClock.wallSec()));
  if ((await redis.exists(latch)) === 1) return { reason: `the governor is disarmed for today (${latch})` };
  return others.length > 0 ? { readers } : {};
}

/** A fault of this Redis for the services, although proofs can run; undefined if it has none. */
export async function redisWarning(redis: Redis): Promise<string | undefined> {
  const policy = await readEvictionPolicy(mastersOf(redis));
  if (policy === undefined) return 'warning: Redis does not say whether it may evict keys (INFO memory)';
  return evicts(policy) ? `warning: ${EVICTION_DANGER} (it is ${policy})` : undefined;
}
