import { errorKind, SlotDownError, type Reply } from '@quantum/redis-io';
import { parseNumber, type Read } from '@quantum/redis-schemas';
import { Unanswered } from './clocks.js';

/** A value that a gate depends on: unreadable by its key, or not answered at all. */
export function gateRead<T>(reply: Reply | undefined, parse: (value: unknown) => T): Read<T> {
  if (reply?.ok) return { readable: true, value: parse(reply.value) };
  if (reply && errorKind(reply.error) === 'key') return { readable: false };
  throw unansweredBy(reply);
}

/** What a reply without a verdict means for a plan that needs it. */
export const unansweredBy = (reply: Reply | undefined): Unanswered =>
  reply?.ok === false ? new Unanswered(reply.error.message, { cause: reply.error }) : new Unanswered('no reply');

/** A reply that all plans need: the part of a Cluster that does not give it stops all of them, not its own alone. */
export const neededByAll = (reply: Reply | undefined): Reply | undefined =>
  reply?.ok === false && reply.error instanceof SlotDownError
    ? { ...reply, error: new Error(reply.error.message) }
    : reply;

/** The same of what no gate holds an exit to: a master of a Cluster that is down must not keep an exit waiting. */
export const exitRead: typeof gateRead = (reply, parse) =>
  reply?.ok ? { readable: true, value: parse(reply.value) } : { readable: false };

/** The reply at an index; without one it was not asked for, and counts as unreadable. */
export const placedRead = <T>(
  read: typeof gateRead,
  { replies }: { replies: readonly Reply[] },
  index: number | undefined,
  parse: (value: unknown) => T,
): Read<T> => (index === undefined ? { readable: false } : read(replies[index], parse));

/**
 * Time of the last execution: that of its text or one that is not stamped yet, whichever is newer. Text that is no
 * number is state that cannot be read.
 */
export function lastExecOf(read: Read<string | null>, unstampedSec?: number): Read<number | undefined> {
  if (!read.readable) return read;
  if (read.value === null) return { readable: true, value: unstampedSec };
  const value = parseNumber(read.value);
  return value === undefined ? { readable: false } : { readable: true, value: Math.max(value, unstampedSec ?? value) };
}
