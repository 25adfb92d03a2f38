import { fieldsOf } from '@quantum/redis-schemas';
import type { Cluster, Redis } from 'ioredis';

type AnyRedis = Pick<Redis, 'xrange' | 'xrevrange'> | Pick<Cluster, 'xrange' | 'xrevrange'>;

/** Maximum entries per read. */
const PAGE = 5000;
/**
 * Entries of a cursor's first read, and the size of a read that it aims at, bytes: another team's entry may have
 * megabytes.
 */
const FIRST_PAGE = 16;
const PAGE_BYTES = 2 ** 21;

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
  #page = FIRST_PAGE;

  /** @param afterId the last entry that is known; default: all entries are new */
  constructor(stream: string, afterId = '0-0') {
    this.stream = stream;
    this.#lastId = afterId;
  }

  /** A position at the current end of a stream. */
  static async atEnd(redis: AnyRedis, stream: string): Promise<StreamCursor> {
    return new StreamCursor(stream, await lastEntryId(redis, stream));
  }

  /**
   * Arguments of the XRANGE that reads the next entries: by default twice as many as before, fewer after large ones.
   */
  range(count = this.#page): [stream: string, from: string, to: string, token: 'COUNT', count: number] {
    return [this.stream, `(${this.#lastId}`, '+', 'COUNT', count];
  }

  /** The entries of a reply to {@link range}. They are not read again. */
  take(reply: unknown): StreamEntry[] {
    const entries = (reply ?? []) as [id: string, flat: string[]][];
    this.#lastId = entries.at(-1)?.[0] ?? this.#lastId;
    if (entries.length > 0) this.#page = nextPage(this.#page, entries);
    return entries.map(([id, flat]) => ({ id, fields: fieldsOf(flat) }));
  }

  /**
   * Reads the entries that are new now, page by page. Entries added meanwhile are left: a stream that grows faster than
   * it is read would have no end.
   */
  async *pages(redis: AnyRedis): AsyncGenerator<StreamEntry[], void> {
    const end = await lastEntryId(redis, this.stream);
    for (;;) {
      const [stream, from, , token, count] = this.range();
      const page = this.take(await redis.xrange(stream, from, end, token, count));
      yield page;
      if (page.length < count) return;
    }
  }

  /** The same at once. */
  async read(redis: AnyRedis): Promise<StreamEntry[]> {
    const entries: StreamEntry[] = [];
    for await (const page of this.pages(redis)) entries.push(...page);
    return entries;
  }
}

function nextPage(page: number, entries: readonly [id: string, flat: string[]][]): number {
  let bytes = 1;
  for (const [, flat] of entries) for (const text of flat) bytes += text.length;
  const fitting = Math.max(1, Math.floor((PAGE_BYTES * entries.length) / bytes));
  return Math.min(PAGE, fitting, 2 * page);
}

/** The whole stream, oldest entry first. */
export const readStream = (redis: AnyRedis, stream: string): Promise<StreamEntry[]> =>
  new StreamCursor(stream).read(redis);
