import {
  BatchError,
  pageCommand as pageCommandWithin,
  pageOf as pageOfValue,
  type Command,
  type Reply,
  type StreamPage,
} from '@quantum/redis-io';
import { CannotRun } from '@quantum/service-kit';
import type { StreamRole } from '@quantum/shadow-evidence';

/** Entries that a poll asks of each stream at most. */
export const ENTRIES_PER_POLL = 500;
/** Bytes of entries after which a poll asks no more of a stream. The fields of a larger entry are not read. */
const BYTES_PER_POLL = 2 ** 21;

/** Reads the page behind a position, or with an empty one where the stream ends. */
export const pageCommand = (stream: string, position: string): Command =>
  pageCommandWithin(stream, position, { entries: ENTRIES_PER_POLL, bytes: BYTES_PER_POLL });

/**
 * Takes the reply to `pageCommand`.
 * @throws BatchError when Redis gives no verdict; CannotRun when it refuses the stream.
 */
export function pageOf(role: StreamRole, reply: Reply | undefined): StreamPage {
  if (reply?.ok) return pageOfValue(reply.value);
  const why = reply?.error.message ?? 'no reply';
  throw reply?.kind === 'key' ? new CannotRun(`the stream of ${role} cannot be read: ${why}`) : new BatchError(why);
}
