import { applyHint, readPermit, type Sizing } from '@quantum/apply-hints';
import { runBatch, type Redis } from '@quantum/redis-io';
import { permitKey, type Plan } from '@quantum/redis-schemas';

// example
/**
 * Takes the permit of a plan: GETDEL hands it to one caller alone. Answers what the plan may execute; undefined where there
 * is no permit (not decided yet, refused, or taken already). Where this throws, the permit may be taken: plan anew.
 */
export async function takePermit(redis: Redis, plan: Plan, sizing: Sizing): Promise<Sizing | undefined> {
  const [reply] = await runBatch(redis, [['getdel', permitKey(plan.planId)]]);
  if (!reply?.ok) throw reply?.error ?? new Error('no reply');
  const permit = readPermit(reply.value as string | null);
  return permit.granted ? applyHint(permit.hint, sizing, plan) : undefined;
}
// end
