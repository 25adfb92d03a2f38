import { setTimeout as delay } from 'node:timers/promises';
import {
  runBatch,
  STREAM_START,
  StreamTail,
  type CheckedPage,
  type Redis,
  type Reply,
  type TailEntry,
} from '@quantum/redis-io';
import { STREAMS } from '@quantum/redis-schemas';
import { parseProposalEntry, type Proposal } from './parse.js';

/** An item of a tail of the proposal stream. To resume, keep the `id` that was processed last. */
export type TailItem =
  | { kind: 'proposal'; id: string; proposal: Proposal }
  /** An entry that is not a valid proposal. */
  | { kind: 'unreadable'; id: string; problem: string }
  /**
   * A gap: the stream ends before the position or no longer reaches back to it. Entries after `afterId` and before
   * `beforeId`, the next that is left, may be lost. Yielded before that entry. The shadow hashes hold a complete
   * picture.
   */
  | { kind: 'gap'; afterId: string; beforeId: string }
  /** The key holds no stream, or this user may not read it. Yielded once, until it can be read again. */
  | { kind: 'no_stream'; problem: string };

export interface TailOptions {
  /** The tail starts after this entry's id. `0-0` (the default): the oldest left; `$`: new entries only. */
  from?: string;
  /** Ends the tail, at once and without an error. */
  signal?: AbortSignal;
  /** PROPOSE_STREAM_NAME of the proposer, if it was renamed. */
  stream?: string;
  /** Entries per page, all held in memory; default 500. */
  count?: number;
  /** Pause between two polls when nothing is new, or Redis is away, ms; default 500. */
  pollMs?: number;
  /** Called once each time that Redis stops answering. The tail keeps trying. */
  onAway?: (error: Error) => void;
}

/** Ids as Redis writes them. An id in another notation would be taken for one that is gone. */
const ENTRY_ID = /^(?:0|[1-9]\d{0,18})-(?:0|[1-9]\d{0,18})$/;

/**
 * Follows the proposal stream: every entry after `from`, oldest first, each once. It continues after Redis was away. It
 * reads the next entries only when the current ones are used up. It needs no connection of its own and no rights beyond
 * XRANGE and XREVRANGE.
 * @throws TypeError when `from` is not an id or `count` is not a valid number; Error when the connection was closed for
 * good.
 */
export async function* tailProposals(redis: Redis, options: TailOptions = {}): AsyncGenerator<TailItem, void> {
  const { from = STREAM_START, signal, stream = STREAMS.proposed, count = 500, pollMs = 500, onAway } = options;
  if (from !== '$' && !ENTRY_ID.test(from)) throw new TypeError(`${from} is no id of a stream entry`);
  if (!Number.isInteger(count) || count < 1) throw new TypeError(`${count} is no number of entries`);
  const tail = new StreamTail({ stream, count, from: from === '$' ? undefined : from });
  let trouble: 'away' | 'no_stream' | undefined;
  while (!signal?.aborted) {
    const page = await readPage(redis, tail, signal);
    if (page.state === 'aborted') return;
    if (page.state === 'read') {
      trouble = undefined;
      const [first] = page.entries;
      if (page.gapAfter !== undefined) yield { kind: 'gap', afterId: page.gapAfter, beforeId: first?.[0] ?? '' };
      for (const [id, flat] of page.entries) {
        if (isAborted(signal)) return;
        yield itemOf(id, flat);
      }
      if (page.isFull) continue;
    } else if (page.state !== trouble) {
      trouble = page.state;
      if (page.state === 'away') onAway?.(page.error);
      else yield { kind: 'no_stream', problem: page.error.message };
    }
    await delay(pollMs, undefined, signal && { signal }).catch(() => undefined); // the abort is what rejects here
  }
}

/** Read the signal again: it may have changed while the consumer had an item. */
const isAborted = (signal: AbortSignal | undefined): boolean => signal?.aborted === true;

function itemOf(id: string, flat: string[]): TailItem {
  const parsed = parseProposalEntry(flat);
  return parsed.readable
    ? { kind: 'proposal', id, proposal: parsed.proposal }
    : { kind: 'unreadable', id, problem: parsed.problem };
}

type Page = ({ state: 'read' } & CheckedPage) | { state: 'away' | 'no_stream'; error: Error } | { state: 'aborted' };

/** Reads the entries after the tail's position; with no position yet, the end of the stream. */
async function readPage(redis: Redis, tail: StreamTail, signal: AbortSignal | undefined): Promise<Page> {
  // The connection may also close while the last entries were processed: a closed connection never comes back.
  if (redis.status === 'end') throw new Error('the connection to Redis was closed');
  const asked = runBatch(redis, tail.checkedCommands());
  let replies: Reply[] | undefined;
  try {
    replies = await unlessAborted(asked, signal);
  } catch (error) {
    return { state: 'away', error: error as Error };
  }
  if (!replies) return { state: 'aborted' };
  for (const reply of replies) {
    if (!reply.ok) return { state: reply.kind === 'key' ? 'no_stream' : 'away', error: reply.error };
  }
  const [after = [], upTo = []] = replies.map((reply) => (reply.ok ? (reply.value as TailEntry[]) : []));
  return { state: 'read', ...tail.takeChecked(after, upTo) };
}

/** The result of `work`; undefined as soon as the signal aborts, whatever happens to the work. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T | undefined> {
  if (!signal) return work;
  let onAbort = (): void => undefined;
  const aborted = new Promise<undefined>((resolve) => {
    onAbort = () => {
      resolve(undefined);
    };
    signal.addEventListener('abort', onAbort);
  });
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
    work.catch(() => undefined);
  }
}
