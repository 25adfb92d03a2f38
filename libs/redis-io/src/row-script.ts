import { Cluster } from 'ioredis';
import type { Redis } from './connect.js';
import FOR_EACH_ROW from './lua/for-each-row.lua';
import { jsonReply, type Command, type Reply } from './reply.js';
import { defineScript, luaOf, runScripts, scriptCommand, type Script } from './script.js';

/** A script that runs the same code for many rows, each independently: a failure in one does not affect the others. */
export interface RowScript extends Script {
  /** Maximum rows per call. A script blocks the server, so none may take longer than about a millisecond. */
  rowsPerCall: number;
}

/** The input of a row script for one row. Every row of a call has the same number of keys and arguments. */
export interface Row {
  keys: readonly string[];
  args: readonly (string | number)[];
}

/**
 * Defines a row script by Lua that declares `local function row(k, a)`. Its keys start at KEYS[k + 1], its arguments at
 * ARGV[a + 1], and the arguments that all rows share at ARGV[2]. It must return a value that JSON can hold, and no
 * table with `err`.
 */
export const defineRowScript = (lua: string, argsEach: number, rowsPerCall: number): RowScript => ({
  ...defineScript(luaOf([lua, FOR_EACH_ROW], { ARGS_EACH: String(argsEach) })),
  rowsPerCall,
});

export interface RowOptions {
  /** The row to run instead when it is run alone; default: the row itself. */
  alone?: (row: Row) => Row;
}

/**
 * Runs a script for rows, many per call. In a Cluster, where a call has keys of one slot only, one row per call.
 * Returns a reply per row, in order. A call that the server refuses (no permission for one of its keys) has run
 * nothing, and is repeated row by row.
 * @throws BatchError as `runBatch` does.
 */
export async function runRows(
  redis: Redis,
  script: RowScript,
  shared: readonly (string | number)[],
  rows: readonly Row[],
  { alone = (row) => row }: RowOptions = {},
): Promise<Reply[]> {
  const size = redis instanceof Cluster ? 1 : script.rowsPerCall;
  const calls: Row[][] = [];
  for (let from = 0; from < rows.length; from += size) calls.push(rows.slice(from, from + size));
  const first = (await runCalls(redis, script, shared, calls)).flat();
  const refused = first.flatMap(({ isCallRefused }, at) => (isCallRefused ? [at] : []));
  const again = await runCalls(redis, script, shared, refused.map((at) => [alone(rows[at] as Row)])); // prettier-ignore
  const replies = first.map(({ reply }) => reply);
  for (const [i, at] of refused.entries()) replies[at] = again[i]?.[0]?.reply as Reply;
  return replies;
}

/** The outcome of a row. `isCallRefused`: nothing ran, because the server refused the call. */
interface RowReply {
  reply: Reply;
  isCallRefused: boolean;
}

async function runCalls(
  redis: Redis,
  script: RowScript,
  shared: readonly (string | number)[],
  calls: readonly (readonly Row[])[],
): Promise<RowReply[][]> {
  const replies = await runScripts(
    redis,
    [script],
    calls.map((rows): Command => {
      const keys: string[] = [];
      const args: (string | number)[] = [rows.length, ...shared];
      for (const row of rows) {
        keys.push(...row.keys);
        args.push(...row.args);
      }
      return scriptCommand(script, keys, args);
    }),
  );
  return calls.map((rows, i) => {
    const reply = replies[i] as Reply;
    if (!reply.ok) return rows.map(() => ({ reply, isCallRefused: reply.kind === 'key' }));
    return (JSON.parse(reply.value as string) as unknown[]).map((answer) => ({
      reply: jsonReply(answer),
      isCallRefused: false,
    }));
  });
}
