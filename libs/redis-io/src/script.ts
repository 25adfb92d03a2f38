import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import { runBatch, type Command, type Reply } from './batch.js';

/** A Lua script that the server runs atomically over keys of one slot. */
export interface Script {
  sha: string;
  lua: string;
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

/**
 * As `runBatch`, for batches that run scripts: where the server has forgotten one (a restart, SCRIPT FLUSH), loads it and
 * runs the commands that missed it again. A command that met NOSCRIPT did nothing, so running it again is safe.
 */
export async function runScripts(
  redis: Redis,
  scripts: readonly Script[],
  commands: readonly Command[],
): Promise<Reply[]> {
  const replies = await runBatch(redis, commands);
  const missed = replies.flatMap((reply, i) => (!reply.ok && reply.error.message.startsWith('NOSCRIPT') ? [i] : []));
  if (missed.length === 0) return replies;
  const again = await runBatch(redis, [
    ...scripts.map(({ lua }): Command => ['script', 'LOAD', lua]),
    ...missed.map((i) => commands[i] as Command),
  ]);
  missed.forEach((at, i) => {
    replies[at] = again[scripts.length + i] as Reply;
  });
  return replies;
}
