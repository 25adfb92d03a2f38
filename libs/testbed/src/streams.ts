import { fieldsOf } from '@quantum/redis-schemas';
import type { Cluster, Redis } from 'ioredis';

type AnyRedis = Pick<Redis, 'xrange' | 'xrevrange'> | Pick<Cluster, 'xrange' | 'xrevrange'>;

/** Entries per read. */
const PAGE = 5000;

/** A stream entry, as read. */
export interface StreamEntry {
  id: string;
  fields: Record<string, string>;
}

/** Id of a stream's newest entry: later entries are new. */
export async function lastEntryId(redis: AnyRedis, stream: string): Promise<string> {
  const [newest] = await redis.xrevrange(stream, '+', '-', 'COUNT', 1);
  return newest?.[0] ?? '0-0';
}

/** A position in a stream. It reads on by itself, or gives its command to a pipeline and takes the reply. */
export class StreamCursor {
  readonly stream: string;
  #lastId: string;

  /** @param afterId the last entry that is known; default: all entries are new */
  constructor(stream: string, afterId = '0-0') {
    this.stream = stream;
    this.#lastId = afterId;
  }

  /** A position at the current end of a stream. */
  static async atEnd(redis: AnyRedis, stream: string): Promise<StreamCursor> {
    return new StreamCursor(stream, await lastEntryId(redis, stream));
  }

  range(count = PAGE): [stream: string, from: string, to: string, token: 'COUNT', count: number] {
    return [this.stream, `(${this.#lastId}`, '+', 'COUNT', count];
  }

  /** The entries of a reply to {@link range}. They are not read again. */
  take(reply: unknown): StreamEntry[] {
    const entries = (reply ?? []) as [id: string, flat: string[]][];
    this.#lastId = entries.at(-1)?.[0] ?? this.#lastId;
    return entries.map(([id, flat]) => ({ id, fields: fieldsOf(flat) }));
  }

  /** Reads the entries that are new now. Later ones are left: a stream that grows faster would have no end. */
  async read(redis: AnyRedis): Promise<StreamEntry[]> {
    const end = await lastEntryId(redis, this.stream);
    const entries: StreamEntry[] = [];
    for (;;) {
      const [stream, from, , token, count] = this.range();
      const page = this.take(await redis.xrange(stream, from, end, token, count));
      entries.push(...page);
      if (page.length < PAGE) return entries;
    }
  }
}

/** The whole stream, oldest entry first. */
export const readStream = (redis: AnyRedis, stream: string): Promise<StreamEntry[]> =>
  new StreamCursor(stream).read(redis);
