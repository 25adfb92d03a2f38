import READ_PAGE_LUA from './lua/read-page.lua';
import { PAGE_LUA } from './page.js';
import type { Command } from './reply.js';
import { defineScript, luaOf, readScriptCommand } from './script.js';

/** Reads a page of a stream: lua/read-page.lua. */
export const READ_PAGE = defineScript(luaOf([PAGE_LUA, READ_PAGE_LUA]));

/** A page of a stream. */
export interface StreamPage {
  /** In place of the fields of an entry that is larger than the page: `unread_bytes` and how many it has. */
  entries: [id: string, fields: string[]][];
  /** Whether more may follow. */
  more: boolean;
  /** Whether the entry at the position is still in the stream. */
  isThere: boolean;
  /**
   * Where it is not, and no entry is behind it: the last entry of the stream, which has lost its end. Empty: the stream
   * has no entry.
   */
  end: string;
}

/** How much of a stream a page has at most. */
export interface PageLimits {
  entries: number;
  bytes: number;
}

/**
 * Reads the page behind a position, or with an empty one where the stream ends. To be run with the script `READ_PAGE`.
 */
export const pageCommand = (stream: string, position: string, { entries, bytes }: PageLimits): Command =>
  readScriptCommand(READ_PAGE, [stream], [position, entries, bytes]);

/** Takes the value of the reply to `pageCommand`. */
export function pageOf(value: unknown): StreamPage {
  const [json, more, isThere, end] = value as [json: string, more: number, isThere: number, end: string];
  const raw = JSON.parse(json) as [id: string, fields: string[] | number][];
  const entries = raw.map(([id, fields]): [string, string[]] => [
    id,
    fields === 0 ? [] : typeof fields === 'number' ? ['unread_bytes', String(fields)] : fields,
  ]);
  return { entries, more: more === 1, isThere: isThere === 1, end };
}
