import {
  runBatch,
  SlotDownError,
  StreamTail,
  valueOf,
  type Command,
  type Redis,
  type TailEntry,
} from '@quantum/redis-io';
import { STREAMS, symbolOfTargetKey, targetKey } from '@quantum/redis-schemas';

/** Entries that one call reads. */
const TAIL_COUNT = 1000;
/** Calls that one cycle makes; what is left waits for the next cycle, or is found by a scan. */
const TAIL_CALLS = 50;

const SYMBOL_FIELD = Buffer.from('symbol');
const TARGET_PREFIX = Buffer.from(targetKey(''));

/**
 * Follows the decision stream, on which P2.9 announces each target. It never fails for the stream's own sake: scans find
 * every symbol without it.
 */
export class DecisionTail {
  readonly #redis: Redis;
  readonly #onUnreadable: (error: Error) => void;
  /**
   * Has no position before `start`, nor while the stream could not be read. Reads bytes, as scans do: text would make one
   * symbol of all names that are not UTF-8.
   */
  readonly #tail = new StreamTail<Buffer>({ stream: STREAMS.allocationDecision, count: TAIL_COUNT, asBytes: true });
  #broken = false;

  /** `onUnreadable` is called once when the stream's key turns out to be of another type, forbidden, or down. */
  constructor(redis: Redis, onUnreadable: (error: Error) => void) {
    this.#redis = redis;
    this.#onUnreadable = onUnreadable;
  }

  /** Remembers, the first time, where the stream ends now. @throws when Redis does not answer. */
  async start(): Promise<void> {
    if (this.#tail.position !== undefined) return;
    const entries = await this.#ask(this.#tail.endCommand());
    if (entries) this.#tail.takeEnd(entries);
  }

  /** Hands the symbols of all entries since the last call to `see`. @throws when Redis does not answer. */
  async read(see: (symbol: string) => void): Promise<void> {
    for (let call = 0; call < TAIL_CALLS && this.#tail.position !== undefined; call += 1) {
      const entries = (await this.#ask(this.#tail.nextCommand())) ?? [];
      for (const [, fields] of this.#tail.take(entries)) announced(fields).forEach(see);
      if (!this.#tail.isFull(entries)) return;
    }
  }

  async #ask(command: Command): Promise<TailEntry<Buffer>[] | undefined> {
    const [reply] = await runBatch(this.#redis, [command]);
    if (reply?.ok) {
      this.#broken = false;
      return reply.value as TailEntry<Buffer>[];
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
