import { setTimeout as sleep } from 'node:timers/promises';
import { whyAway, type Redis } from '@quantum/redis-io';
import { withRedis, type Env } from './operator.js';
import { readRollout } from './read.js';
import { problemsOf, statusText } from './status-text.js';

export interface StatusOptions {
  redis: string;
  watch: boolean;
  json: boolean;
}

const EVERY_MS = 2000;
const CLEAR = '\u001b[2J\u001b[H';

/**
 * Shows what is in force; with `watch` until a signal comes. Returns the exit code: 1 if something needs a person.
 * @throws CannotConnect, BatchError, or the error of Redis
 */
export const statusCommand = ({ redis: url, watch, json }: StatusOptions, env: Env, print: (text: string) => void): Promise<number> =>
  withRedis(url, env, async (redis) => {
    if (!watch) {
      const { text, exitCode } = await look(redis, json);
      print(text);
      return exitCode;
    }
    const stop = new AbortController();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => { stop.abort(); }); // prettier-ignore
    let exitCode = 0;
    while (!stop.signal.aborted) {
      const seen = await look(redis, json).catch((error: unknown) => {
        const away = whyAway(error);
        if (away === undefined) throw error;
        return { text: `Redis does not answer: ${away}\n`, exitCode: 1 };
      });
      exitCode = seen.exitCode;
      print(process.stdout.isTTY ? `${CLEAR}${seen.text}` : `${seen.text}\n`);
      await sleep(EVERY_MS, undefined, { signal: stop.signal }).catch(() => undefined);
    }
    return exitCode;
  }); // prettier-ignore

async function look(redis: Redis, json: boolean): Promise<{ text: string; exitCode: number }> {
  const view = await readRollout(redis);
  const problems = problemsOf(view);
  const text = json
    ? `${JSON.stringify({ ...view, plans: Object.fromEntries(view.plans), problems })}\n`
    : statusText(view);
  return { text, exitCode: problems.length > 0 ? 1 : 0 };
}
