import { withRedis, type Env } from '../operator.js';
import type { Said } from '../outcome-text.js';
import { counted } from '../texts.js';
import { linesOfFile, writeLines } from './file.js';
import { linesOfRedis } from './from-redis.js';
import type { RecordLine } from './line.js';
import { RecordReplayer } from './replay.js';
import { replayText } from './text.js';

export interface RecordOptions {
  redis: string;
}

/** Keeps in a file what a rollout has left. @throws CannotRun, CannotConnect, BatchError, or the error of Redis */
export const recordCommand = (path: string, { redis: url }: RecordOptions, env: Env): Promise<Said> =>
  withRedis(url, env, async (redis) => {
    const count = await writeLines(path, linesOfRedis(redis));
    return { text: `${path}: ${counted(count, 'line')}\n`, exitCode: 0 };
  });

/** Decides again all that a rollout has left, in a file or in Redis. @throws as `recordCommand` */
export const replayCommand = (path: string | undefined, { redis: url }: RecordOptions, env: Env): Promise<Said> =>
  path === undefined ? withRedis(url, env, (redis) => replayed(linesOfRedis(redis))) : replayed(linesOfFile(path));

async function replayed(lines: AsyncIterable<RecordLine>): Promise<Said> {
  const replayer = new RecordReplayer();
  for await (const line of lines) replayer.take(line);
  return replayText(replayer.result());
}
