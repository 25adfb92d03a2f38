import { runBatch, type Command, type Redis } from '@quantum/redis-io';
import { brainLeaseKey, brainPublishedKey, STREAMS } from '@quantum/redis-schemas';
import { poll } from '@quantum/testbed';

const STREAM = STREAMS.efficiencyDecision;
/** As many as BRAIN_SHARDS may be. */
const MOST_SHARDS = 64;
const POLL_MS = 50;
/** Cycles of each shard after which the inputs of the first have certainly been read anew. */
const CYCLES = 2;

/** The lease that each brain's first shard has. */
export const FIRST_LEASE = brainLeaseKey(STREAM, 0);

/** The shards that running brains hold. @throws Redis's own error, NOPERM included. */
export async function heldShards(redis: Redis): Promise<number[]> {
  const shards = Array.from({ length: MOST_SHARDS }, (_, shard) => shard);
  const leases = await readTexts(redis, shards.map((shard) => brainLeaseKey(STREAM, shard))); // prettier-ignore
  return shards.filter((shard) => leases[shard] !== undefined);
}

/**
 * Waits until each held shard has published a cycle that began after this call. Its time is of whole seconds, so a
 * cycle of the same second is not seen. False if that did not happen in time.
 */
export async function untilCyclesPassed(redis: Redis, timeoutMs: number, signal: AbortSignal): Promise<boolean> {
  const shards = await heldShards(redis);
  const published = () => readTexts(redis, shards.map((shard) => brainPublishedKey(STREAM, shard))); // prettier-ignore
  let last = await published();
  const counts = shards.map(() => 0);
  const havePassed = async (): Promise<boolean> => {
    const now = await published();
    for (const at of shards.keys()) if (now[at] !== last[at]) counts[at] = (counts[at] ?? 0) + 1;
    last = now;
    return counts.every((count) => count >= CYCLES);
  };
  return (await poll(havePassed, { timeoutMs, everyMs: POLL_MS, signal })) ?? false;
}

async function readTexts(redis: Redis, keys: readonly string[]): Promise<(string | undefined)[]> {
  const replies = await runBatch(redis, keys.map((key): Command => ['get', key])); // prettier-ignore
  return replies.map((reply) => {
    if (!reply.ok) throw reply.error;
    return typeof reply.value === 'string' ? reply.value : undefined;
  });
}
