import { runBatch, SlotDownError, valueOf, type Command, type Redis } from '@quantum/redis-io';
import { STREAMS, symbolOfTargetKey, targetKey } from '@quantum/redis-schemas';

/** Entries that one call reads. */
const TAIL_COUNT = 1000;
/** Calls that one cycle makes; what is left waits for the next cycle, or is found by a scan. */
const TAIL_CALLS = 50;

type RawEntry = [id: Buffer, fields: Buffer[]];

const SYMBOL_FIELD = Buffer.from('symbol');
const TARGET_PREFIX = Buffer.from(targetKey(''));

/**
 * Follows the decision stream, on which P2.9 announces each target. It never fails for the stream's own sake: scans find
 * every symbol without it.
 */
export class DecisionTail {
  readonly #redis: Redis;
  readonly #onUnreadable: (error: Error) => void;
  /** Id of the entry read last; undefined before `start` and while the stream could not be read. */
  #lastId: string | undefined;
  #broken = false;

  /** `onUnreadable` is told once when the stream's key turns out to be of another type, forbidden, or down. */
  constructor(redis: Redis, onUnreadable: (error: Error) => void) {
    this.#redis = redis;
    this.#onUnreadable = onUnreadable;
  }

  /** Remembers, the first time, where the stream ends now. @throws when Redis does not answer. */
  async start(): Promise<void> {
    if (this.#lastId !== undefined) return;
    const entries = await this.#ask(['xrevrangeBuffer', STREAMS.allocationDecision, '+', '-', 'COUNT', 1]);
    this.#lastId = entries && (entries[0]?.[0].toString() ?? '0-0');
  }

  /** Hands the symbols of all entries since the last call to `see`. @throws when Redis does not answer. */
  async read(see: (symbol: string) => void): Promise<void> {
    for (let call = 0; call < TAIL_CALLS && this.#lastId !== undefined; call += 1) {
      const from = `(${this.#lastId}`;
      // As bytes, as for scans: text would make one symbol of all names that are not UTF-8.
      const entries =
        (await this.#ask(['xrangeBuffer', STREAMS.allocationDecision, from, '+', 'COUNT', TAIL_COUNT])) ?? [];
      for (const [id, fields] of entries) {
        this.#lastId = id.toString();
        announced(fields).forEach(see);
      }
      if (entries.length < TAIL_COUNT) return;
    }
  }

  async #ask(command: Command): Promise<RawEntry[] | undefined> {
    const [reply] = await runBatch(this.#redis, [command]);
    if (reply?.ok) {
      this.#broken = false;
      return reply.value as RawEntry[];
    }
    const unreadable = reply?.kind === 'key' || reply?.error instanceof SlotDownError;
    if (!unreadable) return valueOf(reply) as never;
    if (!this.#broken) this.#onUnreadable(reply.error);
    this.#broken = true;
    return undefined;
  }
}

/** Symbols that an entry names, judged by the key that they would stand in; a bad name is left to the scan to count. */
function announced(fields: readonly Buffer[]): string[] {
  return fields.flatMap((field, i) => {
    const value = fields[i + 1];
    if (i % 2 === 1 || value === undefined || !field.equals(SYMBOL_FIELD)) return [];
    const name = symbolOfTargetKey(Buffer.concat([TARGET_PREFIX, value]));
    return name.kind === 'symbol' ? [name.symbol] : [];
  });
}
