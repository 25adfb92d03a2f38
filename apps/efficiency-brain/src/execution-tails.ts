import {
  defineScript,
  luaOf,
  PAGE_LUA,
  readScriptCommand,
  runScripts,
  SlotDownError,
  valueOf,
} from '@quantum/redis-io';
import type { Redis, Reply } from '@quantum/redis-io';
import { entryIdMs, EXECUTION_STREAMS, type ExecutionStream } from '@quantum/redis-schemas';
import ENTRIES_LUA from './lua/entries.lua';

/** Reads a page of an execution stream: lua/entries.lua. */
const ENTRIES = defineScript(luaOf([PAGE_LUA, ENTRIES_LUA]));

/** Entries that one call reads: it holds Redis for about a millisecond. */
const PAGE_COUNT = 500;
/** Bytes of entries after which a call reads no more. */
const PAGE_BYTES = 2 ** 20;
/** Bytes of the largest entry that is read; publishers write 2 KB. */
const MAX_ENTRY_BYTES = 2 ** 16;
const NAMES = Object.keys(EXECUTION_STREAMS) as ExecutionStream[];

type Page = readonly [lastId: string, more: number, isGap: number, entries: string];

/** An entry of an execution stream. */
export interface TailEntry {
  stream: ExecutionStream;
  /** Time of its id, unix seconds. */
  atSec: number;
  /** Flat `[field, value, ...]`; undefined if it is too large. */
  fields: readonly string[] | undefined;
  /** The entry may have been there for long: undefined if its stream could be read all the time. */
  backlog: Backlog | undefined;
}

/** `start`: the stream was not read to the end since the start; `outage`: it was, and could not be read since. */
export type Backlog = 'start' | 'outage';

export interface TailEvents {
  onEntry: (entry: TailEntry) => void;
  /** Entries of a stream may have been trimmed before they were read. */
  onGap: (stream: ExecutionStream) => void;
  /** Called once when a stream's key turns out to be of another type, forbidden, or down. */
  onUnreadable: (stream: ExecutionStream, error: Error) => void;
}

interface Position {
  id: string;
  isEntry: boolean;
}

/** Follows the execution streams without groups and without blocking. A stream that cannot be read harms no other. */
export class ExecutionTails {
  readonly #redis: Redis;
  readonly #events: TailEvents;
  readonly #positions = new Map<ExecutionStream, Position>();
  readonly #broken = new Set<ExecutionStream>();
  /** Streams that were not read to the end since the start, or since they could not be read. */
  readonly #backlogs = new Map<ExecutionStream, Backlog>();
  /** Entries that wait for older ones of other streams. */
  readonly #waiting: TailEntry[] = [];

  constructor(redis: Redis, events: TailEvents) {
    this.#redis = redis;
    this.#events = events;
    this.reset();
  }

  /** Forgets where it was: the next read begins at its `fromSec` again. */
  reset(): void {
    this.#positions.clear();
    for (const name of NAMES) this.#backlogs.set(name, 'start');
    this.#waiting.length = 0;
  }

  /**
   * Reads what was added to each stream since the last call, the first time since `fromSec`, until `isTimeUp`. Entries
   * come in the order of their ids, so that what two streams tell of an order comes in the same order after a restart.
   * @returns whether everything was read; the next call goes on with the rest
   * @throws when Redis does not answer
   */
  async read(fromSec: number, isTimeUp: () => boolean): Promise<boolean> {
    const from = { id: `${Math.max(0, Math.floor(fromSec * 1000) - 1)}-0`, isEntry: false };
    let due = NAMES;
    do {
      // The others are ahead: their next pages would only wait.
      const asked = due.filter((name) => !this.#waiting.some(({ stream }) => stream === name));
      const commands = asked.map((name) => {
        const { id, isEntry } = this.#positions.get(name) ?? from;
        const args = [id, PAGE_COUNT, PAGE_BYTES, MAX_ENTRY_BYTES, isEntry ? 1 : 0];
        return readScriptCommand(ENTRIES, [EXECUTION_STREAMS[name].stream], args);
      });
      const replies = await runScripts(this.#redis, [ENTRIES], commands);
      const ended = asked.filter((name, i) => !this.#take(name, replies[i], from));
      due = due.filter((name) => !ended.includes(name));
      // What is not read yet is later than the last page of its stream.
      const readSec = Math.min(...due.map((name) => entryIdMs(this.#positions.get(name)?.id ?? from.id) / 1000));
      this.#hand(readSec);
    } while (due.length > 0 && !isTimeUp());
    return due.length === 0;
  }

  /** Hands over what is known to be complete: entries up to this time. */
  #hand(untilSec: number): void {
    this.#waiting.sort((a, b) => a.atSec - b.atSec);
    const later = this.#waiting.findIndex(({ atSec }) => atSec > untilSec);
    const ready = this.#waiting.splice(0, later < 0 ? this.#waiting.length : later);
    for (const entry of ready) this.#events.onEntry(entry);
  }

  /** Takes a page in. Whether there may be more behind it. */
  #take(stream: ExecutionStream, reply: Reply | undefined, from: Position): boolean {
    if (!reply?.ok) {
      const isUnreadable = reply?.kind === 'key' || reply?.error instanceof SlotDownError;
      if (!isUnreadable) return valueOf(reply) as never;
      if (!this.#broken.has(stream)) this.#events.onUnreadable(stream, reply.error);
      this.#broken.add(stream);
      if (!this.#backlogs.has(stream)) this.#backlogs.set(stream, 'outage');
      return false;
    }
    this.#broken.delete(stream);
    const [lastId, more, isGap, entries] = reply.value as Page;
    if (isGap === 1) this.#events.onGap(stream);
    const position = lastId === '' ? (this.#positions.get(stream) ?? from) : { id: lastId, isEntry: true };
    this.#positions.set(stream, position);
    // An empty Lua table is encoded as {}.
    const page = JSON.parse(entries) as [id: string, fields?: string[]][] | Record<string, never>;
    const backlog = this.#backlogs.get(stream);
    if (more !== 1) this.#backlogs.delete(stream);
    if (!Array.isArray(page)) return false;
    for (const [id, fields] of page) this.#waiting.push({ stream, atSec: entryIdMs(id) / 1000, fields, backlog });
    return more === 1;
  }
}
