import {
  BatchError,
  defineScript,
  luaOf,
  PAGE_LUA,
  readScriptCommand,
  type Command,
  type Reply,
} from '@quantum/redis-io';
import { CannotRun } from '@quantum/service-kit';
import type { StreamRole } from '@quantum/shadow-evidence';
import PAGE from './page.lua';

/** Entries that a look asks of each stream at most. */
export const ENTRIES_PER_LOOK = 500;
/** Bytes of entries after which a look asks no more of a stream. The fields of a larger entry are not read. */
const BYTES_PER_LOOK = 2 ** 21;

/** Reads a page of a stream: page.lua. */
export const READ_PAGE = defineScript(luaOf([PAGE_LUA, PAGE]));

export interface StreamPage {
  entries: [id: string, fields: string[]][];
  /** Whether more may follow. */
  more: boolean;
  /** Whether the entry at the position is still in the stream. */
  isThere: boolean;
}

/** Reads the page behind a position, or with an empty one where the stream ends. */
export const pageCommand = (stream: string, position: string): Command =>
  readScriptCommand(READ_PAGE, [stream], [position, ENTRIES_PER_LOOK, BYTES_PER_LOOK]);

/**
 * Takes the reply to `pageCommand`. An entry whose fields were not read has one instead that says how many bytes they have.
 * @throws BatchError when Redis gives no verdict; CannotRun when it refuses the stream.
 */
export function pageOf(role: StreamRole, reply: Reply | undefined): StreamPage {
  if (!reply?.ok) {
    const why = reply?.error.message ?? 'no reply';
    throw reply?.kind === 'key' ? new CannotRun(`the stream of ${role} cannot be read: ${why}`) : new BatchError(why);
  }
  const [raw, more, isThere] = reply.value as [[id: string, fields: string[] | number][], number, number];
  const entries = raw.map(([id, fields]): [string, string[]] => [
    id,
    typeof fields === 'number' ? ['unread_bytes', String(fields)] : fields,
  ]);
  return { entries, more: more === 1, isThere: isThere === 1 };
}
