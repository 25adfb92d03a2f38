import { isLaterId } from '@quantum/redis-schemas';
import type { Command } from './reply.js';

/** An entry as XRANGE answers it, as text or as bytes. */
export type TailEntry<T extends string | Buffer = string> = [id: T, fields: T[]];

export interface StreamTailOptions {
  stream: string;
  /** Entries of a page at most. */
  count: number;
  /** Id of the entry after which it begins; without one, `takeEnd` says. */
  from?: string | undefined;
  /** Whether entries are asked for as bytes. */
  asBytes?: boolean;
}

/** A page that was read together with what shows whether something is missing before it. */
export interface CheckedPage {
  entries: TailEntry[];
  /** Whether there may be more behind it. */
  isFull: boolean;
  /** Entries after this one may have been trimmed before they were read. */
  gapAfter: string | undefined;
}

/** Where a stream begins. */
export const STREAM_START = '0-0';

/**
 * Follows a stream without a group. It keeps the id of the last entry, gives the command that reads what came after it,
 * and takes the answer. It runs no command itself, so that a caller can send it along with others.
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

  /** Reads the next page: what came after the position, or from the id `from` on. */
  nextCommand(from = `(${this.#position ?? STREAM_START}`): Command {
    return [`xrange${this.#suffix}`, this.#stream, from, '+', 'COUNT', this.#count];
  }

  /** Takes the answer to `nextCommand`. Answers what is new: another answer to the same question may have brought some of it. */
  take(entries: readonly TailEntry<T>[]): TailEntry<T>[] {
    const before = this.#position ?? '';
    const fresh = entries.filter(([id]) => isLaterId(String(id), before));
    const last = fresh.at(-1);
    if (last) this.#position = String(last[0]);
    return fresh;
  }

  /** Whether there may be more behind a page. */
  isFull(entries: readonly unknown[]): boolean {
    return entries.length >= this.#count;
  }

  /** Finds where the stream ends now. */
  endCommand(): Command {
    return [`xrevrange${this.#suffix}`, this.#stream, '+', '-', 'COUNT', 1];
  }

  /** Takes the answer to `endCommand`: the tail begins there. */
  takeEnd(entries: readonly TailEntry<T>[]): void {
    const last = entries[0];
    this.#position = last === undefined ? STREAM_START : String(last[0]);
  }

  /** Reads the next page, then what is left up to the position. With no position yet: where the stream ends. */
  checkedCommands(): [after: Command, upTo: Command] {
    const at = this.#position ?? '+';
    return [
      ['xrange', this.#stream, at, '+', 'COUNT', this.#count + 1],
      ['xrevrange', this.#stream, at, '-', 'COUNT', 1],
    ];
  }

  /**
   * Takes the answers to `checkedCommands`. Trimming takes the oldest first: while the entry at the position exists, or any
   * before it, nothing after it was trimmed. That is asked after the entries, so that no trimming in between goes unseen.
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
