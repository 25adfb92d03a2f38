import { BatchError, isReplyError, SlotDownError, valueOf, type Reply } from './reply.js';

/** The server has lost the group (or the stream): it must be created again. */
export class NoGroupError extends Error {
  override name = 'NoGroupError';
}

/** The value of a reply about a group. @throws NoGroupError if the group is gone, else as `valueOf`. */
export function groupValueOf(reply: Reply | undefined): unknown {
  if (reply?.ok !== false) return valueOf(reply);
  const { error } = reply;
  // A blocking read gets the last one when the stream disappears.
  if (/NOGROUP|no such key|stream key no longer exists/.test(error.message)) throw new NoGroupError(error.message);
  // While a read blocks, the other commands of its batch have their replies: the batch as a whole did not fail.
  if (!isReplyError(error) && !(error instanceof SlotDownError)) {
    throw new BatchError('the connection to Redis was lost', { cause: error });
  }
  throw error;
}
