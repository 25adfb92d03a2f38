import { replicated, runBatch, type Command, type Redis } from '@quantum/redis-io';

/** How long a batch waits for replicas, ms: they are usually behind by less than a millisecond. */
const REPLICAS_TIMEOUT_MS = 500;

/**
 * Whether enough replicas have each record. A connection waits for its own writes alone, so that a record of another
 * attempt is written to first.
 * @throws BatchError when Redis went away.
 */
export async function areReplicated(
  redis: Redis,
  recordKeys: readonly string[],
  { waitReplicas, decisionTtlSec }: { waitReplicas: number; decisionTtlSec: number },
): Promise<boolean[]> {
  await runBatch(
    redis,
    recordKeys.map((key): Command => ['expire', key, decisionTtlSec]),
  );
  return replicated(redis, recordKeys, waitReplicas, REPLICAS_TIMEOUT_MS);
}
