import { StreamTail, type Command, type Reply, type TailEntry } from '@quantum/redis-io';
import { entryIdMs, fieldsOf, parseViolation, STREAMS } from '@quantum/redis-schemas';
import { VIOLATION_AGE_SEC } from '@quantum/risk-gates';

/** How many entries are read at once; what is behind them is asked for until there is no more. */
const READ_COUNT = 1000;
/** How far back the tail starts: twice the age that counts, for clocks that differ. */
const LOOK_BACK_SEC = 2 * VIOLATION_AGE_SEC;
/** How far a violation's own time may be ahead of its entry's, for clocks that differ. */
const MAX_AHEAD_SEC = 60;

/**
 * Follows P2.8's violation stream and keeps each symbol's latest violation. A cache of what the stream holds, no more: a
 * new process reads the same again.
 */
export class ViolationTail {
  readonly #tail = new StreamTail({ stream: STREAMS.budgetViolation, count: READ_COUNT });
  readonly #latestSec = new Map<string, number>();
  readonly #onInvalid: () => void;

  /** `onInvalid` is told of every entry that is not the agreed JSON. */
  constructor(onInvalid: () => void) {
    this.#onInvalid = onInvalid;
  }

  /** The read that brings the tail up to date. What grew too old to count while no plan came is passed over. */
  command(nowSec: number): Command {
    const oldestMs = Math.floor((nowSec - LOOK_BACK_SEC) * 1000);
    const { position } = this.#tail;
    const isOld = position === undefined || entryIdMs(position) < oldestMs;
    return this.#tail.nextCommand(isOld ? String(oldestMs) : undefined);
  }

  /** Whether there may be more behind an answer. */
  isFull(reply: Reply | undefined): boolean {
    return reply?.ok === true && this.#tail.isFull(reply.value as unknown[]);
  }

  /** How far the tail has come: the last entry's id, empty before the first. */
  get lastId(): string {
    return this.#tail.position ?? '';
  }

  /** Takes the reply in, if there is one. What another answer to the same question brought before does not count twice. */
  take(reply: Reply | undefined): void {
    if (!reply?.ok) return;
    for (const [id, flat] of this.#tail.take(reply.value as TailEntry[])) {
      const violation = parseViolation(fieldsOf(flat)['json']);
      if (violation === 'none') continue;
      // A time far ahead of its own entry (milliseconds, say) would count as young for ever.
      if (violation === 'invalid' || violation.tsSec > entryIdMs(id) / 1000 + MAX_AHEAD_SEC) this.#onInvalid();
      else this.#keepLatest(violation.symbol, violation.tsSec);
    }
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
