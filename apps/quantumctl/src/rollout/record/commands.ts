import { counted } from '../../texts.js';
import { withRedis, type Env } from '../operator.js';
import type { Acted } from '../outcome-text.js';
import { linesOfFile, writeLines } from './file.js';
import { linesOfRedis } from './from-redis.js';
import type { RecordLine } from './line.js';
import { RecordReplayer } from './replay.js';
import { replayText } from './text.js';

export interface RecordOptions {
  redis: string;
}

/** Keeps in a file what a rollout has left. @throws CannotRun, CannotConnect, BatchError, or the error of Redis */
export const recordCommand = (path: string, { redis: url }: RecordOptions, env: Env): Promise<Acted> =>
  withRedis(url, env, async (redis) => {
    const count = await writeLines(path, linesOfRedis(redis));
    return { text: `${path}: ${counted(count, 'line')}\n`, exitCode: 0, json: { file: path, lines: count } };
  });

/** Decides again all that a rollout has left, in a file or in Redis. @throws as `recordCommand` */
export const replayCommand = (path: string | undefined, { redis: url }: RecordOptions, env: Env): Promise<Acted> =>
  path === undefined ? withRedis(url, env, (redis) => replayed(linesOfRedis(redis))) : replayed(linesOfFile(path));

async function replayed(lines: AsyncIterable<RecordLine>): Promise<Acted> {
  const replayer = new RecordReplayer();
  for await (const line of lines) replayer.take(line);
  const result = replayer.result();
  return { ...replayText(result), json: { ...result } };
}
