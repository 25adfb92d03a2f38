import { createHash } from 'node:crypto';
import { runBatch } from './batch.js';
import type { Redis } from './connect.js';
import type { Command, Reply } from './reply.js';

/** A Lua script that the server runs atomically over keys of one Cluster slot. */
export interface Script {
  sha: string;
  lua: string;
}

const COMMENT_OR_BLANK = /^\s*(--.*)?$/;

/**
 * Joins the texts of .lua files to one script. Lines with only a comment are left out: the server gets the code.
 * `names` replace each `$NAME` in the files.
 * @throws TypeError for a `$NAME` that nothing replaces.
 */
export function luaOf(texts: readonly string[], names: Readonly<Record<string, string>> = {}): string {
  const lines = texts.flatMap((text) => text.split('\n')).filter((line) => !COMMENT_OR_BLANK.test(line));
  return `${lines.join('\n')}\n`.replace(/\$([A-Z_]+)/g, (_, name: string) => {
    const value = names[name];
    if (value === undefined) throw new TypeError(`nothing replaces $${name} in a script`);
    return value;
  });
}

export const defineScript = (lua: string): Script => ({ sha: createHash('sha1').update(lua).digest('hex'), lua });

/** The command that runs a script by its hash. */
export const scriptCommand = (script: Script, keys: readonly string[], args: readonly (string | number)[]): Command => [
  'evalsha',
  script.sha,
  keys.length,
  ...keys,
  ...args,
];

/** The same for a read-only script, which needs only read permission. `asBytes`: texts of the reply are Buffers. */
export const readScriptCommand = (
  script: Script,
  keys: readonly string[],
  args: readonly (string | number)[] = [],
  { asBytes = false } = {},
): Command => [asBytes ? 'evalsha_roBuffer' : 'evalsha_ro', script.sha, keys.length, ...keys, ...args];

/**
 * Like `runBatch`, for batches that run scripts. If a server does not have a script (after a restart, SCRIPT FLUSH, on
 * a new node), it runs the commands that missed it again with the script's text, which the server then keeps. A command
 * that met NOSCRIPT did nothing, so running it again is safe.
 */
export async function runScripts(
  redis: Redis,
  scripts: readonly Script[],
  commands: readonly Command[],
): Promise<Reply[]> {
  const replies = await runBatch(redis, commands);
  const missed: { at: number; command: Command }[] = [];
  for (const [at, reply] of replies.entries()) {
    if (reply.ok || !reply.error.message.startsWith('NOSCRIPT')) continue;
    const [name, sha, ...rest] = commands[at] as Command;
    const lua = scripts.find((script) => script.sha === sha)?.lua;
    if (lua !== undefined) missed.push({ at, command: [name.replace('evalsha', 'eval'), lua, ...rest] });
  }
  if (missed.length === 0) return replies;
  const again = await runBatch(
    redis,
    missed.map(({ command }) => command),
  );
  missed.forEach(({ at }, i) => (replies[at] = again[i] as Reply));
  return replies;
}
