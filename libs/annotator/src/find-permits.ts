import { KeyReads, SlotDownError, valueOf, type Redis } from '@quantum/redis-io';
import { permitKey } from '@quantum/redis-schemas';

/**
 * Whether each plan has a permit now, in order; undefined where the part of a Cluster that would hold it does not
 * answer. Asks by EXISTS: MGET would send the permits, which another governor writes at any size.
 * @throws BatchError when Redis is away, or cannot say.
 */
export async function findPermits(redis: Redis, planIds: readonly string[]): Promise<(boolean | undefined)[]> {
  const reads = new KeyReads();
  const permits = reads.group('exists');
  const places = planIds.map((planId) => permits.add(permitKey(planId)));
  await reads.run(redis, []);
  return places.map((place) => {
    const reply = permits.replies[place];
    return reply?.ok === false && reply.error instanceof SlotDownError ? undefined : valueOf(reply) === 1;
  });
}
