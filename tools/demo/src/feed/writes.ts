import type { Redis } from '@quantum/redis-io';

/** A field of every record that the feed writes. It marks them as not from the teams that the feed simulates. */
export const FEED_SOURCE = 'demo-feed';

export type Write =
  /** `replace`: deletes the key first, as it may have another type. */
  | { kind: 'hash'; key: string; fields: Readonly<Record<string, string>>; ttlSec: number; replace: boolean }
  | { kind: 'string'; key: string; value: string; ttlSec: number }
  /** Adds members with the times (unix seconds) that are their scores to a sorted set. */
  | { kind: 'window'; key: string; members: readonly (readonly [member: string, timeSec: number])[]; ttlSec: number }
  | { kind: 'delete'; key: string }
  | { kind: 'entry'; stream: string; fields: Readonly<Record<string, string>> };

/** Approximate number of entries that are kept of a stream of the feed. */
const STREAM_MAXLEN = 10_000;

/** Executes the writes of a tick at once: no reader sees half of them. */
export async function applyWrites(redis: Redis, writes: readonly Write[]): Promise<void> {
  if (writes.length === 0) return;
  const batch = redis.multi();
  for (const write of writes) {
    switch (write.kind) {
      case 'hash':
        if (write.replace) batch.del(write.key);
        batch.hset(write.key, write.fields);
        batch.expire(write.key, write.ttlSec);
        break;
      case 'string':
        batch.set(write.key, write.value, 'EX', write.ttlSec);
        break;
      case 'window':
        batch.zadd(write.key, ...write.members.flatMap(([member, timeSec]) => [timeSec, member]));
        batch.expire(write.key, write.ttlSec);
        break;
      case 'delete':
        batch.del(write.key);
        break;
      case 'entry':
        batch.xadd(write.stream, 'MAXLEN', '~', STREAM_MAXLEN, '*', ...Object.entries(write.fields).flat());
        break;
    }
  }
  const replies = (await batch.exec()) ?? [];
  const failure = replies.find(([error]) => error !== null)?.[0];
  if (failure) throw failure;
}
