import { runBatch } from './batch.js';
import type { Redis } from './connect.js';
import { BatchError, type Command, type Reply } from './reply.js';

/** One entry of a stream. */
export interface StreamEntry {
  id: string;
  /** Flat `[field, value, ...]`, as the server has it. */
  fields: string[];
  /** How often it has been delivered, this time included. */
  deliveries: number;
}

/** Where a consumer reads. */
export interface ConsumerOptions {
  stream: string;
  group: string;
  /** This process's own name in the group. */
  consumer: string;
}

type RawEntry = [id: string, fields: string[] | null];

/** The server has lost the group (or the stream): it must be created again. */
export class NoGroupError extends Error {
  override name = 'NoGroupError';
}

/** What taking over idle entries gave. */
export interface Claimed {
  entries: StreamEntry[];
  /** Entries that were delivered once but have been trimmed away since: no one can serve them. */
  deletedIds: string[];
}

/** A member of a consumer group: reads, takes over what others left, acknowledges. It decides nothing. */
export class StreamConsumer {
  readonly #redis: Redis;
  readonly #blocking: Redis;
  readonly #options: ConsumerOptions;

  /** `blocking` is a connection of its own: whatever shared it would wait behind its reads. */
  constructor(redis: Redis, blocking: Redis, options: ConsumerOptions) {
    this.#redis = redis;
    this.#blocking = blocking;
    this.#options = options;
  }

  /** Creates the group, and the stream if need be, to deliver what came after `startId`. False if it was there. */
  async ensureGroup(startId: string): Promise<boolean> {
    const { stream, group } = this.#options;
    const [reply] = await runBatch(this.#redis, [['xgroup', 'CREATE', stream, group, startId, 'MKSTREAM']]);
    if (reply?.ok) return true;
    if (reply?.error.message.startsWith('BUSYGROUP')) return false;
    throw reply?.error ?? new BatchError('no reply');
  }

  /**
   * Waits up to `blockMs` for new entries and reads at most `count`.
   * @throws NoGroupError when the group is gone, BatchError when Redis is.
   */
  async readNew(count: number, blockMs: number): Promise<StreamEntry[]> {
    const { stream, group, consumer } = this.#options;
    const value = await this.#ask(this.#blocking, [
      'xreadgroup', 'GROUP', group, consumer, 'COUNT', count, 'BLOCK', blockMs, 'STREAMS', stream, '>',
    ], blockMs); // prettier-ignore
    const streams = (value ?? []) as [string, RawEntry[]][];
    return (streams[0]?.[1] ?? []).map(([id, fields]) => ({ id, fields: fields ?? [], deliveries: 1 }));
  }

  /**
   * Takes over every entry that has been pending for `minIdleMs`, this consumer's own included, in pages of at most
   * `count`: a page is to be served before the next is taken, so that none waits claimed and unserved.
   */
  async *claimIdle(minIdleMs: number, count: number): AsyncGenerator<Claimed, void> {
    const { stream, group, consumer } = this.#options;
    let cursor = '0-0';
    do {
      const value = await this.#ask(this.#redis, [
        'xautoclaim', stream, group, consumer, minIdleMs, cursor, 'COUNT', count,
      ]); // prettier-ignore
      const [next, raw, deletedIds = []] = value as [string, RawEntry[], string[] | undefined];
      const deliveries = await this.#deliveries(raw.map(([id]) => id));
      const entries = raw.map(([id, fields], i) => ({ id, fields: fields ?? [], deliveries: deliveries[i] ?? 1 }));
      if (entries.length > 0 || deletedIds.length > 0) yield { entries, deletedIds };
      cursor = next;
    } while (cursor !== '0-0');
  }

  /** Acknowledges entries: they are served, whatever the outcome. */
  async ack(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await this.#ask(this.#redis, ['xack', this.#options.stream, this.#options.group, ...ids]);
  }

  /**
   * Delivery counts of pending entries, in order. Asked for one by one, as a range would also count what lies between
   * them. An entry that someone else has acknowledged meanwhile counts as 1.
   */
  async #deliveries(ids: readonly string[]): Promise<number[]> {
    const { stream, group } = this.#options;
    const replies = await runBatch(
      this.#redis,
      ids.map((id): Command => ['xpending', stream, group, id, id, 1]),
    );
    return replies.map((reply) => {
      if (!reply.ok) throw reply.error;
      return (reply.value as [string, string, number, number][])[0]?.[3] ?? 1;
    });
  }

  async #ask(redis: Redis, command: Command, waitMs = 0): Promise<unknown> {
    const [reply] = (await runBatch(redis, [command], { waitMs })) as [Reply];
    if (reply.ok) return reply.value;
    // The second is what a read that waits is told when the stream goes.
    if (/NOGROUP|stream key no longer exists/.test(reply.error.message)) throw new NoGroupError(reply.error.message);
    throw reply.error;
  }
}
