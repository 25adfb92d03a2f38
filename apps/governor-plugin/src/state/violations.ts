import { defineScript, luaOf, PAGE_LUA, readScriptCommand, type Command, type Reply } from '@quantum/redis-io';
import { entryIdMs, isLaterId, parseViolation, STREAMS } from '@quantum/redis-schemas';
import { VIOLATION_AGE_SEC } from '@quantum/risk-gates';
import READ_VIOLATIONS_LUA from './violations.lua';

/** Reads a page of the violation stream: violations.lua. */
export const READ_VIOLATIONS = defineScript(luaOf([PAGE_LUA, READ_VIOLATIONS_LUA]));

/** How many entries are read at once; what is behind them is asked for until there is no more. */
const READ_COUNT = 1000;
/** Bytes that are read at once. A larger entry is no violation that anyone writes: it counts as invalid. */
const PAGE_BYTES = 2 ** 21;
/** How often the stream is asked whether it is still the one that was followed, seconds. */
const CHECK_SEC = 1;
/** How far back the tail starts: twice the age that counts, for clocks that differ. */
const LOOK_BACK_SEC = 2 * VIOLATION_AGE_SEC;
/** How far a violation's own time may be ahead of its entry's, for clocks that differ. */
const MAX_AHEAD_SEC = 60;

/** What `READ_VIOLATIONS` answers. */
type Page = readonly [entries: readonly string[], more: number, behind: number];

/** Keeps each symbol's latest entry of P2.8's violation stream. A new process reads the same again. */
export class ViolationTail {
  #lastId: string | undefined;
  #checkedSec = -Infinity;
  readonly #latestSec = new Map<string, number>();
  readonly #onInvalid: () => void;

  /** `onInvalid` gets every entry that is not the agreed JSON. */
  constructor(onInvalid: () => void) {
    this.#onInvalid = onInvalid;
  }

  /** The read that brings the tail up to date. What grew too old to count while no plan came is passed over. */
  command(nowSec: number): Command {
    const oldestMs = Math.floor((nowSec - LOOK_BACK_SEC) * 1000);
    const isYoung = this.#lastId !== undefined && entryIdMs(this.#lastId) >= oldestMs;
    const from = isYoung ? `(${this.lastId}` : String(oldestMs);
    const isCheckDue = Math.abs(nowSec - this.#checkedSec) >= CHECK_SEC;
    if (isCheckDue) this.#checkedSec = nowSec;
    const lastId = isCheckDue && isYoung ? this.lastId : ''; // else the look-back is where it reads in any case
    return readScriptCommand(READ_VIOLATIONS, [STREAMS.budgetViolation], [from, READ_COUNT, PAGE_BYTES, lastId]);
  }

  /** Whether there may be more behind an answer. */
  isFull(reply: Reply | undefined): boolean {
    if (!reply?.ok) return false;
    const [, more, behind] = reply.value as Page;
    return more === 1 || behind === 1;
  }

  /** How far the tail has come: the last entry's id, empty before the first. */
  get lastId(): string {
    return this.#lastId ?? '';
  }

  /**
   * Takes the reply in, if there is one. What another answer to the same question brought before does not count twice.
   * Where the stream was deleted, the tail starts again from the look-back.
   */
  take(reply: Reply | undefined): void {
    if (!reply?.ok) return;
    const [flat, , behind] = reply.value as Page;
    if (behind === 1) this.#lastId = undefined;
    const { lastId } = this;
    for (let i = 0; i + 1 < flat.length; i += 2) {
      const [id, json] = [flat[i] as string, flat[i + 1]];
      if (!isLaterId(id, lastId)) continue;
      this.#lastId = id;
      const violation = parseViolation(json);
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
