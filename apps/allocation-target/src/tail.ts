import {
  defineScript,
  luaOf,
  PAGE_LUA,
  readScriptCommand,
  runScripts,
  SlotDownError,
  STREAM_START,
  valueOf,
  type Redis,
} from '@quantum/redis-io';
import { STREAMS, symbolOfTargetKey, targetKey } from '@quantum/redis-schemas';
import ANNOUNCED_LUA from './lua/announced.lua';

/** Entries that one call reads: it holds Redis for a millisecond. */
const PAGE_COUNT = 250;
/** Bytes of entries after which a call reads no more. */
const PAGE_BYTES = 2 ** 21;
/** Bytes of a longer name are not read: such a key is left to the scan. */
const MAX_SYMBOL_BYTES = 1024;
/**
 * Calls that one cycle makes, and bytes after which it makes no more; what is left waits for the next cycle, or is
 * found by a scan.
 */
const CYCLE_CALLS = 200;
const CYCLE_BYTES = 2 ** 26;

const ANNOUNCED = defineScript(luaOf([PAGE_LUA, ANNOUNCED_LUA]));
const TARGET_PREFIX = Buffer.from(targetKey(''));

/** What lua/announced.lua answers. */
type Page = readonly [lastId: Buffer, more: number, bytes: number, symbols: readonly Buffer[]];

/** Follows P2.9's decision stream, which announces targets. Never fails for its sake: scans find every symbol. */
export class DecisionTail {
  readonly #redis: Redis;
  readonly #onUnreadable: (error: Error) => void;
  /** Id of the last entry that was read; undefined before `start`, and while the stream could not be read. */
  #position: string | undefined;
  #broken = false;

  /** `onUnreadable` is called once when the stream's key turns out to be of another type, forbidden, or down. */
  constructor(redis: Redis, onUnreadable: (error: Error) => void) {
    this.#redis = redis;
    this.#onUnreadable = onUnreadable;
  }

  /** Keeps, the first time, where the stream ends now. @throws when Redis does not answer. */
  async start(): Promise<void> {
    if (this.#position !== undefined) return;
    const page = await this.#ask('');
    if (page) this.#position = String(page[0]) || STREAM_START;
  }

  /** Hands the symbols of all entries since the last call to `see`. @throws when Redis does not answer. */
  async read(see: (symbol: string) => void): Promise<void> {
    let left = CYCLE_BYTES;
    for (let call = 0; call < CYCLE_CALLS && left > 0 && this.#position !== undefined; call += 1) {
      const page = await this.#ask(this.#position);
      if (!page) return;
      const [lastId, more, bytes, symbols] = page;
      symbols.flatMap(announced).forEach(see);
      if (lastId.length > 0) this.#position = String(lastId);
      if (more === 0) return;
      left -= bytes;
    }
  }

  /** The page after an id. Reads bytes, as scans do: text would make one symbol of all names that are not UTF-8. */
  async #ask(after: string): Promise<Page | undefined> {
    const args = [after, PAGE_COUNT, PAGE_BYTES, MAX_SYMBOL_BYTES];
    const command = readScriptCommand(ANNOUNCED, [STREAMS.allocationDecision], args, { asBytes: true });
    const [reply] = await runScripts(this.#redis, [ANNOUNCED], [command]);
    if (reply?.ok) {
      this.#broken = false;
      return reply.value as Page;
    }
    const unreadable = reply?.kind === 'key' || reply?.error instanceof SlotDownError;
    if (!unreadable) return valueOf(reply) as never;
    if (!this.#broken) this.#onUnreadable(reply.error);
    this.#broken = true;
    return undefined;
  }
}

/** The symbol of a name, judged by the key that it would be in; a bad name is left to the scan to count. */
function announced(symbol: Buffer): string[] {
  const name = symbolOfTargetKey(Buffer.concat([TARGET_PREFIX, symbol]));
  return name.kind === 'symbol' ? [name.symbol] : [];
}
