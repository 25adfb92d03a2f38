import { runBatch, type Command, type Redis } from '@quantum/redis-io';

/**
 * Removes an unused stream: it is empty and has no group.
 *
 * KEYS  1 stream
 * Returns 1 if removed, else 0
 *
 * Atomic, because between check and deletion an entry may be added.
 */
const DROP_IF_UNUSED = `
if redis.call('TYPE', KEYS[1]).ok ~= 'stream' or redis.call('XLEN', KEYS[1]) > 0 then return 0 end
if #redis.call('XINFO', 'GROUPS', KEYS[1]) > 0 then return 0 end
return redis.call('DEL', KEYS[1])
`;

/** Removes a stream if it is empty and has no group. */
export async function dropIfUnused(redis: Redis, stream: string): Promise<void> {
  await redis.eval(DROP_IF_UNUSED, 1, stream);
}

/** One command per key: in a Cluster the keys may have different slots. Resolves to the number of keys that existed. */
export async function removeKeys(redis: Redis, keys: readonly string[]): Promise<number> {
  const replies = await runBatch(
    redis,
    keys.map((key): Command => ['del', key]),
  );
  let removed = 0;
  for (const reply of replies) {
    if (!reply.ok) throw reply.error;
    removed += Number(reply.value);
  }
  return removed;
}

/** Removes entries by id. Resolves to the number of entries that existed. */
export const removeEntries = async (redis: Redis, stream: string, ids: readonly string[]): Promise<number> =>
  ids.length > 0 ? redis.xdel(stream, ...ids) : 0;
