import type { Command, Reply } from '@quantum/redis-io';
import { fieldsOf, parseViolation, STREAMS } from '@quantum/redis-schemas';
import { VIOLATION_AGE_SEC } from '@quantum/risk-gates';

/** How many entries are read a batch; a faster stream is caught up with over the next batches. */
const READ_COUNT = 1000;
/** How far back the tail starts: twice the age that counts, for clocks that differ. */
const LOOK_BACK_SEC = 2 * VIOLATION_AGE_SEC;

/**
 * Follows P2.8's violation stream and keeps each symbol's latest violation. A cache of what the stream holds, no more: a
 * new process reads the same again.
 */
export class ViolationTail {
  #lastId: string | undefined;
  readonly #latestSec = new Map<string, number>();
  readonly #onInvalid: () => void;

  /** `onInvalid` is told of every entry that is not the agreed JSON. */
  constructor(onInvalid: () => void) {
    this.#onInvalid = onInvalid;
  }

  /** The read that brings the tail up to date. */
  command(nowSec: number): Command {
    const from = this.#lastId === undefined ? String(Math.floor((nowSec - LOOK_BACK_SEC) * 1000)) : `(${this.#lastId}`;
    return ['xrange', STREAMS.budgetViolation, from, '+', 'COUNT', READ_COUNT];
  }

  /** Takes the reply in. False where the stream could not be read: then the gate has nothing to go by. */
  take(reply: Reply | undefined): boolean {
    if (!reply?.ok) return false;
    for (const [id, flat] of reply.value as [string, string[]][]) {
      this.#lastId = id;
      const violation = parseViolation(fieldsOf(flat)['json']);
      if (violation === 'invalid') this.#onInvalid();
      else if (violation !== 'none') this.#keepLatest(violation.symbol, violation.tsSec);
    }
    return true;
  }

  /** Time of the symbol's latest violation, unix seconds. */
  latestSec(symbol: string): number | undefined {
    return this.#latestSec.get(symbol);
  }

  /** Forgets what no longer counts, so that memory does not grow with symbols of the past. */
  prune(nowSec: number): void {
    for (const [symbol, tsSec] of this.#latestSec) {
      if (nowSec - tsSec >= VIOLATION_AGE_SEC) this.#latestSec.delete(symbol);
    }
  }

  #keepLatest(symbol: string, tsSec: number): void {
    const known = this.#latestSec.get(symbol);
    if (known === undefined || tsSec > known) this.#latestSec.set(symbol, tsSec);
  }
}
