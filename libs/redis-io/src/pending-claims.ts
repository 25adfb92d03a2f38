import { CLAIM_IDLE, COUNT_DELIVERIES } from './group-scripts.js';
import { MAX_READ_BYTES, PAGE_BYTES, type PageSize } from './page-size.js';
import type { Command } from './reply.js';
import { scriptCommand } from './script.js';
import type { ConsumerOptions, StreamGap, StreamEntry } from './stream-entry.js';

/**
 * Minimum number of entries of a claim: the script bounds its bytes, so that few large ones do not slow down the rest.
 */
const LEAST_CLAIMED = 10;

export type RawEntry = [id: string, fields: string[] | null];
/** An entry in the reply of CLAIM_IDLE: with its fields, or with its size in bytes. */
type Claimed<T> = [id: string, content: T, deliveriesBefore: number];

/** What claims need of their consumer. */
export interface Claimer {
  readonly options: ConsumerOptions;
  /** The keys of the group's scripts. */
  readonly keys: readonly string[];
  readonly pageSize: PageSize;
  /** The value of a reply. @throws NoGroupError when the group is gone, BatchError when Redis is. */
  readonly ask: (command: Command) => Promise<unknown>;
  readonly onGap: (gap: StreamGap) => void;
}

/** Claims what other consumers, or this one, left pending, and counts its deliveries. */
export class PendingClaims {
  readonly #claimer: Claimer;
  /**
   * Claimed entries that are not yielded yet. Their delivery may be counted, and no one serves them where an answer is
   * lost.
   */
  #unyielded: readonly string[] = [];

  constructor(claimer: Claimer) {
    this.#claimer = claimer;
  }

  /** As `StreamConsumer.claimIdle` says. */
  async *claim(minIdleMs: number, count: number): AsyncGenerator<StreamEntry[], void> {
    const { options, keys, pageSize, ask, onGap } = this.#claimer;
    const { group, consumer } = options;
    const wholeMs = Math.ceil(minIdleMs); // Redis accepts no other
    let from = '-';
    await this.#undoUnyielded();
    do {
      const atMost = Math.min(count, Math.max(LEAST_CLAIMED, pageSize.atMost(count)));
      const value = await ask(scriptCommand(CLAIM_IDLE, keys, [group, consumer, wholeMs, from, atMost, PAGE_BYTES]));
      const [next, fitting, gone, large] = value as [string, Claimed<string[]>[], string[], Claimed<number>[]];
      onGap({ count: gone.length, when: 'pending', from: gone[0] ?? '', to: gone.at(-1) ?? '' });
      if (fitting.length > 0) {
        await this.#count(fitting);
        this.#unyielded = [];
        yield fitting.map(([id, fields, before]) => ({ id, fields, deliveries: before + 1 }));
      }
      for (const one of large) {
        await this.#count([one]);
        const entries = await this.#large(one);
        this.#unyielded = [];
        yield entries;
      }
      from = next;
    } while (from !== '');
  }

  /** Counts one delivery less of pending entries, for each time that an id is named. */
  async undo(ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await this.#addDeliveries(-1, ids);
  }

  /** A large entry that was claimed; none if it is gone meanwhile. A later claim then finds that out and counts it. */
  async #large([id, bytes, before]: Claimed<number>): Promise<StreamEntry[]> {
    const { options, ask } = this.#claimer;
    const deliveries = before + 1;
    if (bytes > MAX_READ_BYTES) return [{ id, fields: [], deliveries, unreadBytes: bytes }];
    const found = (await ask(['xrange', options.stream, id, id])) as RawEntry[];
    return found.map(([, fields]) => ({ id, fields: fields ?? [], deliveries }));
  }

  /** Counts the delivery of claimed entries before they are read or yielded: one that ends the process counts. */
  async #count(claimed: readonly Claimed<unknown>[]): Promise<void> {
    this.#unyielded = claimed.map(([id]) => id);
    await this.#addDeliveries(1, this.#unyielded);
  }

  async #undoUnyielded(): Promise<void> {
    await this.undo(this.#unyielded);
    this.#unyielded = [];
  }

  async #addDeliveries(change: 1 | -1, ids: readonly string[]): Promise<void> {
    const { options, ask } = this.#claimer;
    await ask(scriptCommand(COUNT_DELIVERIES, [options.stream], [options.group, change, ...ids]));
  }
}
