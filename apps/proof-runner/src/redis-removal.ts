import { luaOf, runBatch, type Command, type Redis } from '@quantum/redis-io';
import DROP_IF_UNUSED_LUA from './drop-if-unused.lua';

const DROP_IF_UNUSED = luaOf([DROP_IF_UNUSED_LUA]);

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
