import { runBatch } from './batch.js';
import type { Redis } from './connect.js';
import {
  CLAIM_IDLE,
  COUNT_LOST,
  CREATE_GROUP,
  GROUP_SCRIPTS,
  REMOVE_CONSUMERS,
  UNDO_DELIVERIES,
} from './group-scripts.js';
import { groupValueOf } from './group-reply.js';
import { MAX_READ_BYTES, PAGE_BYTES, PageSize } from './page-size.js';
import type { Command } from './reply.js';
import { runScripts, scriptCommand } from './script.js';
import { timeMsOf } from './server-time.js';
import type { ConsumerOptions, Loss, StreamEntry } from './stream-entry.js';

/** Entries that a take-over looks for at least: the server reads past ten times as many that are not idle yet. */
const LEAST_CLAIMED = 10;

type RawEntry = [id: string, fields: string[] | null];

/** A member of a consumer group: reads, takes over what others left, acknowledges. It decides nothing. */
export class StreamConsumer {
  readonly #redis: Redis;
  readonly #blocking: Redis;
  readonly #options: ConsumerOptions;
  #lastId = '';
  readonly #pageSize = new PageSize();

  /** `blocking` is a connection of its own: whatever shared it would wait behind its reads. */
  constructor(redis: Redis, blocking: Redis, options: ConsumerOptions) {
    this.#redis = redis;
    this.#blocking = blocking;
    this.#options = options;
  }

  /** Creates the group, and the stream if need be, to deliver what came after `startId`. False if it was there. */
  async ensureGroup(startId: string): Promise<boolean> {
    const { group } = this.#options;
    return (await this.#ask(scriptCommand(CREATE_GROUP, this.#keys, [group, startId]))) === 1;
  }

  /** The server's clock, unix milliseconds; undefined where it does not let us ask. */
  async serverTimeMs(): Promise<number | undefined> {
    const [reply] = await runBatch(this.#redis, [['time']]);
    return timeMsOf(reply);
  }

  /** Id of the last entry that the stream had when the last read of new ones was begun that has ended; empty if not known. */
  get lastId(): string {
    return this.#lastId;
  }

  /**
   * Waits up to `blockMs` for new entries and reads at most `count`, fewer where entries are large. Before, in the same round trip, counts what was lost:
   * newer servers forget with the next delivery.
   * @throws NoGroupError when the group is gone, BatchError when Redis is.
   */
  async readNew(count: number, blockMs: number): Promise<StreamEntry[]> {
    const { stream, group, consumer } = this.#options;
    const [lost, read] = await runBatch(
      this.#blocking,
      [
        // By its text: were it not known by its hash, it could count only after the read.
        ['eval', COUNT_LOST.lua, this.#keys.length, ...this.#keys, group],
        [
          'xreadgroup',
          'GROUP',
          group,
          consumer,
          'COUNT',
          this.#pageSize.atMost(count),
          'BLOCK',
          blockMs,
          'STREAMS',
          stream,
          '>',
        ],
      ],
      { waitMs: blockMs, maxReplyBytes: MAX_READ_BYTES },
    ).catch((error: unknown) => {
      this.#pageSize.failed();
      this.#lastId = ''; // the next to answer may be another server, which holds less
      throw error;
    });
    this.#lastId = '';
    if (lost?.ok) {
      const [lostCount, from, to, lastId] = lost.value as [number, string, string, string];
      this.#lost({ count: lostCount, when: 'undelivered', from, to });
      this.#lastId = lastId;
    }
    const streams = (groupValueOf(read) ?? []) as [string, RawEntry[]][];
    if (lost && !lost.ok) this.#options.onUncounted?.(lost.error);
    const entries = (streams[0]?.[1] ?? []).map(([id, fields]) => ({ id, fields: fields ?? [], deliveries: 1 }));
    this.#pageSize.took(entries);
    return entries;
  }

  /**
   * Takes over every entry that has been pending for `minIdleMs`, this consumer's own included, in pages of at most
   * `count`: a page is to be served before the next is taken, so that none waits claimed and unserved. A large entry is a
   * page of its own; one that is too large to be read has its size for its fields.
   */
  async *claimIdle(minIdleMs: number, count: number): AsyncGenerator<StreamEntry[], void> {
    const { group, consumer } = this.#options;
    const wholeMs = Math.ceil(minIdleMs); // Redis takes no other
    let cursor = '0-0';
    do {
      const atMost = Math.min(count, Math.max(LEAST_CLAIMED, this.#pageSize.atMost(count)));
      const args = [group, consumer, wholeMs, cursor, atMost, PAGE_BYTES];
      const value = await this.#ask(scriptCommand(CLAIM_IDLE, this.#keys, args));
      const [next, raw, gone, sizes] = value as [string, RawEntry[], string[], (string | number)[]];
      this.#lost({ count: gone.length, when: 'pending', from: gone[0] ?? '', to: gone.at(-1) ?? '' });
      const large = sizes.filter((_, i) => i % 2 === 0) as string[];
      const deliveries = await this.#deliveries([...raw.map(([id]) => id), ...large]);
      const entries = raw.map(([id, fields], i) => ({ id, fields: fields ?? [], deliveries: deliveries[i] ?? 1 }));
      if (entries.length > 0) yield entries;
      for (const [i, id] of large.entries()) {
        const page = await this.#large(id, Number(sizes[2 * i + 1]));
        yield page.map((entry) => ({ ...entry, deliveries: deliveries[raw.length + i] ?? 1 }));
      }
      cursor = next;
    } while (cursor !== '0-0');
  }

  /** Acknowledges entries: they are served, whatever the outcome. */
  async ack(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await this.#ask(['xack', this.#options.stream, this.#options.group, ...ids]);
  }

  /**
   * Takes the last delivery of entries that this consumer still holds back, as if it had not happened: for what failed by a
   * fault that may pass. What others have claimed since is left alone.
   */
  async undoDeliveries(entries: readonly StreamEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const { stream, group, consumer } = this.#options;
    const args = entries.flatMap(({ id, deliveries }) => [id, deliveries]);
    await this.#ask(scriptCommand(UNDO_DELIVERIES, [stream], [group, consumer, ...args]));
  }

  /**
   * Removes other consumers whose names begin so, that hold nothing and have not been heard of for `minIdleMs`. Resolves to
   * their names. One that lives after all joins again with its next read.
   */
  async removeIdle(namePrefix: string, minIdleMs: number): Promise<string[]> {
    const { stream, group, consumer } = this.#options;
    return (await this.#ask(
      scriptCommand(REMOVE_CONSUMERS, [stream], [group, namePrefix, Math.ceil(minIdleMs), consumer]),
    )) as string[];
  }

  /** Leaves the group, unless entries are still pending: others can then see whose they are. False in that case. */
  async leave(): Promise<boolean> {
    const { stream, group, consumer } = this.#options;
    const removed = await this.#ask(scriptCommand(REMOVE_CONSUMERS, [stream], [group, consumer, 0, '']));
    return (removed as string[]).length > 0;
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

  /** A large entry that was taken over; none if it is gone meanwhile: the next take-over finds that out and counts it. */
  async #large(id: string, bytes: number): Promise<Omit<StreamEntry, 'deliveries'>[]> {
    if (bytes > MAX_READ_BYTES) return [{ id, fields: [], unreadBytes: bytes }];
    const found = (await this.#ask(['xrange', this.#options.stream, id, id])) as RawEntry[];
    return found.map(([, fields]) => ({ id, fields: fields ?? [] }));
  }

  get #keys(): string[] {
    const { stream, lostKey } = this.#options;
    return lostKey === undefined ? [stream] : [stream, lostKey];
  }

  #lost(loss: Loss): void {
    if (loss.count > 0) this.#options.onLost?.(loss);
  }

  async #ask(command: Command): Promise<unknown> {
    const [reply] = await runScripts(this.#redis, GROUP_SCRIPTS, [command]);
    return groupValueOf(reply);
  }
}
