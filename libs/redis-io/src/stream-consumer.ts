import { runBatch } from './batch.js';
import type { Redis } from './connect.js';
import { COUNT_LOST, CREATE_GROUP, GROUP_SCRIPTS, REMOVE_CONSUMERS } from './group-scripts.js';
import { groupValueOf } from './group-reply.js';
import { MAX_READ_BYTES, PageSize } from './page-size.js';
import { PendingClaims, type RawEntry } from './pending-claims.js';
import type { Command } from './reply.js';
import { runScripts, scriptCommand } from './script.js';
import { timeMsOf } from './server-time.js';
import type { ConsumerOptions, StreamGap, StreamEntry } from './stream-entry.js';

/** A consumer says what it was given with its next read, within milliseconds if it lives. */
const SETTLE_MS = 10_000;

/** A consumer of a group: reads, claims pending entries of others, acknowledges. It decides nothing. */
export class StreamConsumer {
  readonly #redis: Redis;
  readonly #blocking: Redis;
  readonly #options: ConsumerOptions;
  #lastId = '';
  /** Number of entries that this consumer was given and has not said yet. */
  #given = 0;
  readonly #pageSize = new PageSize();
  readonly #claims: PendingClaims;

  /** `blocking` is a separate connection: anything that shared it would wait behind its reads. */
  constructor(redis: Redis, blocking: Redis, options: ConsumerOptions) {
    this.#redis = redis;
    this.#blocking = blocking;
    this.#options = options;
    this.#claims = new PendingClaims({
      options,
      keys: this.#keys,
      pageSize: this.#pageSize,
      ask: (command) => this.#ask(command),
      onGap: (gap) => {
        this.#gap(gap);
      },
    });
  }

  /** Creates the group, and the stream if needed, to deliver entries after `startId`. False if it existed. */
  async ensureGroup(startId: string): Promise<boolean> {
    const { group } = this.#options;
    return (await this.#ask(scriptCommand(CREATE_GROUP, this.#keys, [group, startId]))) === 1;
  }

  /** The server's clock, unix milliseconds; undefined if the server denies TIME. */
  async serverTimeMs(): Promise<number | undefined> {
    const [reply] = await runBatch(this.#redis, [['time']]);
    return timeMsOf(reply);
  }

  /** Id of the stream's last entry at the start of the last completed read of new entries; empty if unknown. */
  get lastId(): string {
    return this.#lastId;
  }

  /**
   * Waits up to `blockMs` for new entries, not at all for 0, and reads at most `count`, fewer if entries are large. In
   * the same round trip, it first counts lost entries: newer servers forget them with the next delivery.
   * @throws NoGroupError when the group is gone, BatchError when Redis is.
   */
  async readNew(count: number, blockMs: number): Promise<StreamEntry[]> {
    const { stream, group, consumer, settleMs = SETTLE_MS } = this.#options;
    const given = this.#given;
    const [lost, read] = await runBatch(
      this.#blocking,
      [
        // Sent as text: if the server did not have its hash, it would count only after the read.
        ['eval', COUNT_LOST.lua, this.#keys.length, ...this.#keys, group, given, settleMs],
        [
          'xreadgroup',
          'GROUP',
          group,
          consumer,
          'COUNT',
          this.#pageSize.atMost(count),
          ...(blockMs > 0 ? ['BLOCK', blockMs] : []), // BLOCK 0 would wait for ever
          'STREAMS',
          stream,
          '>',
        ],
      ],
      { waitMs: blockMs, maxReplyBytes: MAX_READ_BYTES },
    ).catch((error: unknown) => {
      this.#pageSize.failed();
      this.#lastId = ''; // the next reply may come from another server, which has less
      throw error;
    });
    this.#lastId = '';
    if (lost?.ok) {
      const [lostCount, from, to, lastId, possible] = lost.value as [number, string, string, string, number];
      this.#given -= given;
      this.#gap({ count: lostCount, when: 'undelivered', from, to });
      if (possible > 0) this.#options.onPossiblyLost?.(possible);
      this.#lastId = lastId;
    }
    if (read?.ok === false) this.#pageSize.failed(); // in a Cluster a page that is too large fails by itself
    const streams = (groupValueOf(read) ?? []) as [string, RawEntry[]][];
    if (lost && !lost.ok) this.#options.onUncounted?.(lost.error);
    const entries = (streams[0]?.[1] ?? []).map(([id, fields]) => ({ id, fields: fields ?? [], deliveries: 1 }));
    this.#given += entries.length;
    this.#pageSize.took(entries);
    return entries;
  }

  /**
   * Claims every entry that has been pending for `minIdleMs`, this consumer's own included, in pages of at most
   * `count`. A page should be processed before the next is claimed, so that no entry waits claimed and unprocessed. A
   * large entry is a page of its own, and so is one that was delivered twice before. One that is too large to read has
   * its size instead of its fields. One that is gone counts as lost. A claim or a count whose answer is lost counts no
   * delivery: an outage must not use up what an entry has.
   */
  claimIdle(minIdleMs: number, count: number): AsyncGenerator<StreamEntry[], void> {
    return this.#claims.claim(minIdleMs, count);
  }

  /** Acknowledges entries: they are processed, whatever the outcome. */
  async ack(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await this.#ask(['xack', this.#options.stream, this.#options.group, ...ids]);
  }

  /** Counts one delivery less of pending entries, for each time that an id is named: it failed by a transient fault. */
  async undoDeliveries(ids: readonly string[]): Promise<void> {
    await this.#claims.undo(ids);
  }

  /** Removes other idle consumers with this prefix that hold nothing. Resolves to their names. A live one rejoins. */
  async removeIdle(namePrefix: string, minIdleMs: number): Promise<string[]> {
    const { stream, group, consumer } = this.#options;
    return (await this.#ask(
      scriptCommand(REMOVE_CONSUMERS, [stream], [group, namePrefix, Math.ceil(minIdleMs), consumer]),
    )) as string[];
  }

  /** Leaves the group, unless entries are still pending, so that others can see whose they are. False in that case. */
  async leave(): Promise<boolean> {
    const { stream, group, consumer, lostKey } = this.#options;
    if (lostKey !== undefined && this.#given > 0) await this.#ask(['hincrby', lostKey, 'given', this.#given]);
    this.#given = 0;
    const removed = await this.#ask(scriptCommand(REMOVE_CONSUMERS, [stream], [group, consumer, 0, '']));
    return (removed as string[]).length > 0;
  }

  get #keys(): string[] {
    const { stream, lostKey } = this.#options;
    return lostKey === undefined ? [stream] : [stream, lostKey];
  }

  #gap(gap: StreamGap): void {
    if (gap.count > 0) this.#options.onGap?.(gap);
  }

  async #ask(command: Command): Promise<unknown> {
    const [reply] = await runScripts(this.#redis, GROUP_SCRIPTS, [command]);
    return groupValueOf(reply);
  }
}
