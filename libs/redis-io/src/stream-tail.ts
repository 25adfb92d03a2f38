import { isLaterId } from '@quantum/redis-schemas';
import type { Command } from './reply.js';

/** An entry in the reply of XRANGE, as text or as bytes. */
export type TailEntry<T extends string | Buffer = string> = [id: T, fields: T[]];

export interface StreamTailOptions {
  stream: string;
  /** Maximum entries per page. */
  count: number;
  /** Id of the entry after which the tail begins. Without it, `takeEnd` sets the position. */
  from?: string | undefined;
  /** Whether entries are read as bytes. */
  asBytes?: boolean;
}

/** A page, and the evidence whether entries are missing before it. */
export interface CheckedPage {
  entries: TailEntry[];
  /** Whether more may follow. */
  isFull: boolean;
  /** Entries after this one may have been trimmed before they were read. */
  gapAfter: string | undefined;
}

/** The start of a stream. */
export const STREAM_START = '0-0';

/**
 * Follows a stream without a group. It keeps the id of the last entry, builds the command that reads the next entries,
 * and takes the reply. It runs no command itself, so that a caller can send it along with others.
 */
export class StreamTail<T extends string | Buffer = string> {
  readonly #stream: string;
  readonly #count: number;
  readonly #suffix: string;
  #position: string | undefined;

  constructor({ stream, count, from, asBytes = false }: StreamTailOptions) {
    this.#stream = stream;
    this.#count = count;
    this.#position = from;
    this.#suffix = asBytes ? 'Buffer' : '';
  }

  /** Id of the last entry that was taken; undefined before that. */
  get position(): string | undefined {
    return this.#position;
  }

  /** Reads the next page: the entries after the position, or from the id `from` on. */
  nextCommand(from = `(${this.#position ?? STREAM_START}`): Command {
    return [`xrange${this.#suffix}`, this.#stream, from, '+', 'COUNT', this.#count];
  }

  /**
   * Takes the reply to `nextCommand`. Returns the new entries: another reply to the same command may have brought some
   * of them.
   */
  take(entries: readonly TailEntry<T>[]): TailEntry<T>[] {
    const before = this.#position ?? '';
    const fresh = entries.filter(([id]) => isLaterId(String(id), before));
    const last = fresh.at(-1);
    if (last) this.#position = String(last[0]);
    return fresh;
  }

  /** Whether more may follow a page. */
  isFull(entries: readonly unknown[]): boolean {
    return entries.length >= this.#count;
  }

  /** Finds the current end of the stream. */
  endCommand(): Command {
    return [`xrevrange${this.#suffix}`, this.#stream, '+', '-', 'COUNT', 1];
  }

  /** Takes the reply to `endCommand`: the tail begins there. */
  takeEnd(entries: readonly TailEntry<T>[]): void {
    const last = entries[0];
    this.#position = last === undefined ? STREAM_START : String(last[0]);
  }

  /**
   * Reads the next page, then the entries that remain up to the position. With no position yet: the end of the stream.
   */
  checkedCommands(): [after: Command, upTo: Command] {
    const at = this.#position ?? '+';
    return [
      ['xrange', this.#stream, at, '+', 'COUNT', this.#count + 1],
      ['xrevrange', this.#stream, at, '-', 'COUNT', 1],
    ];
  }

  /**
   * Takes the replies to `checkedCommands`. Trimming removes the oldest first: while the entry at the position or any
   * before it exists, nothing after it was trimmed. This is asked after the entries, so that no trim in between goes
   * unseen.
   */
  takeChecked(after: readonly TailEntry[], upTo: readonly TailEntry[]): CheckedPage {
    const position = this.#position;
    if (position === undefined) {
      this.#position = upTo[0]?.[0] ?? STREAM_START;
      return { entries: [], isFull: false, gapAfter: undefined };
    }
    const exists = after[0]?.[0] === position;
    const entries = exists ? after.slice(1) : after.slice(0, this.#count);
    const isGap = position !== STREAM_START && !exists && upTo.length === 0 && entries.length > 0;
    this.#position = entries.at(-1)?.[0] ?? position;
    return { entries, isFull: entries.length === this.#count, gapAfter: isGap ? position : undefined };
  }
}
