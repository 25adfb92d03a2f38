import type { PlanState } from '@quantum/decisions';
import { masterTimesMs, timeMsOf, type Redis, type Reply } from '@quantum/redis-io';
import { decidedKey, windowKey, type Plan } from '@quantum/redis-schemas';

/** What the server could not answer now: no verdict can be given. Its cause, if any, is the error of the reply. */
export class Unanswered extends Error {
  override name = 'Unanswered';
}

/** Whether a plan is an exit whatever the position is: only the kill switch and its age can refuse it. */
export const isExit = ({ closing, closesByActionOnly }: Plan): boolean => closing && !closesByActionOnly;

type Clock = Pick<PlanState, 'deadlineMs' | 'serverSec'>;

/**
 * Redis' clock for each plan, and until when it may be granted. One server gives all plans one clock, which is sent in
 * the state read as `time`. In a Cluster each key's master has its own: TIME has no key, and any master might be asked
 * for it, also one that is down. The answer throws `Unanswered` where the clock that a plan needs was not read.
 */
export async function clocksOf(
  redis: Redis,
  plans: readonly { plan: Plan }[],
  grantWithinMs: number,
): Promise<(at: number, time: Reply | undefined) => Clock> {
  const keys = plans.flatMap(({ plan }) => [windowKey(plan.symbol), decidedKey(plan.planId)]);
  const times = await masterTimesMs(redis, keys);
  const read = (time: number | Error | undefined): number => {
    if (typeof time === 'number') return time;
    const why = time?.message ?? 'no reply';
    throw new Unanswered(`the clock of Redis could not be read: ${why}`, { cause: time });
  };
  return (at, time) => {
    if (!redis.isCluster) {
      const timeMs = read(timeMsOf(time) ?? (time?.ok === false ? time.error : undefined));
      const deadlineMs = Math.floor(timeMs + grantWithinMs);
      return { deadlineMs: { symbol: deadlineMs, record: deadlineMs }, serverSec: timeMs / 1000 };
    }
    const { plan } = plans[at] as { plan: Plan };
    const [ofSymbol, ofRecord] = [times[2 * at], times[2 * at + 1]];
    const recordMs = read(ofRecord);
    // An exit asks its windows only where closes are counted: without their clock it is late for them.
    const isLate = plan.closing && typeof ofSymbol !== 'number';
    const symbolMs = isLate ? -grantWithinMs : read(ofSymbol);
    const deadlineMs = { symbol: Math.floor(symbolMs + grantWithinMs), record: Math.floor(recordMs + grantWithinMs) };
    return { deadlineMs, serverSec: recordMs / 1000 };
  };
}
