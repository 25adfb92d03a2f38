import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '@quantum/clock';
import { encodeSnapshot, foldCycle, newModel, type Model } from '@quantum/read-model';
import { caughtUp, knownServices, openSource } from '@quantum/read-model-source';
import type { Redis } from '@quantum/redis-io';
import { withRedis, type Env } from '../rollout/operator.js';
import { serverNowSec } from '../server-now.js';
import { statusScreen, type Size } from './screen.js';

export interface StatusOptions {
  redis: string;
  watch: boolean;
  json: boolean;
}

const EVERY_MS = 2000;
const CLEAR = '\u001b[2J\u001b[H';

/** Where the status is shown. */
export interface Output {
  readonly print: (text: string) => void;
  /** Of the terminal, now; undefined: it is none, and everything is shown. */
  readonly size: () => Size | undefined;
}

/** Without a terminal: lines for a file or a pager. */
const UNLIMITED: Size = { columns: 1000, rows: 60 };

/**
 * Shows everything on one screen; with `watch` until a signal comes. Returns the exit code: 1 if anything is unhealthy.
 * @throws CannotConnect
 */
export const statusCommand = (options: StatusOptions, env: Env, output: Output): Promise<number> =>
  withRedis(options.redis, env, (redis) =>
    options.watch ? watch(redis, options, output) : once(redis, options, output),
  );

async function once(redis: Redis, { json }: StatusOptions, output: Output): Promise<number> {
  const model = await caughtUp(openSource({ redis }), newModel(knownServices()));
  output.print(textOf(model, await nowSecOf(redis), json, output));
  return exitCodeOf(model);
}

async function watch(redis: Redis, { json }: StatusOptions, output: Output): Promise<number> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => { stop.abort(); }); // prettier-ignore
  const source = openSource({ redis });
  let model = await caughtUp(source, newModel(knownServices()));
  for (;;) {
    output.print(`${output.size() && !json ? CLEAR : ''}${textOf(model, await nowSecOf(redis), json, output)}`);
    await sleep(EVERY_MS, undefined, { signal: stop.signal }).catch(() => undefined);
    if (stop.signal.aborted) return exitCodeOf(model);
    model = foldCycle(model, await source.read(model, true));
  }
}

const exitCodeOf = ({ snapshot }: Model): number => (snapshot.problems.length > 0 ? 1 : 0);

/** Redis time, by which everything was written that is shown; this host's where Redis is away. */
const nowSecOf = (redis: Redis): Promise<number> => serverNowSec(redis).catch(() => systemClock.wallSec());

function textOf({ snapshot }: Model, nowSec: number, json: boolean, { size }: Output): string {
  if (json) return `${encodeSnapshot(snapshot)}\n`;
  const { columns, rows } = size() ?? UNLIMITED;
  // The last line of a terminal stays free, or it would scroll.
  return `${statusScreen(snapshot, nowSec, { columns, rows: rows - 1 }).join('\n')}\n`;
}
