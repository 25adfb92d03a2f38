import type { Command } from './reply.js';

/** An entry in the reply of XRANGE. */
export type TailEntry = [id: string, fields: string[]];

export interface StreamTailOptions {
  stream: string;
  /** Maximum entries per page. */
  count: number;
  /** Id of the entry after which the tail begins. Without it, the first page sets the position to the stream's end. */
  from?: string | undefined;
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
 * Follows a stream without a group. It keeps the id of the last entry, builds the commands that read the next entries,
 * and takes the replies. It runs no command itself, so that a caller can send them along with others.
 */
export class StreamTail {
  readonly #stream: string;
  readonly #count: number;
  #position: string | undefined;

  constructor({ stream, count, from }: StreamTailOptions) {
    this.#stream = stream;
    this.#count = count;
    this.#position = from;
  }

  /** Reads the next page, then the entries left up to the position. With no position yet: the stream's end. */
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
