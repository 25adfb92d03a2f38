import type { Redis } from '@quantum/redis-io';
import type { Terminal } from '../confirm-word.js';
import { withRedis, type Env } from '../rollout/operator.js';
import { wrapped } from '../texts.js';
import { disarmClear, disarmShow } from './disarm.js';
import type { Done } from './done.js';
import { killOff } from './kill-off.js';
import { killOn } from './kill-on.js';
import type { SwitchActions } from './options.js';

const WIDTH = 80;

/** What `kill` and `disarm` do. `exitWith`: the exit code of the program. */
export function switchActions(
  env: Env,
  { print, ...terminal }: Terminal & { print: (text: string) => void },
  exitWith: (code: number) => void,
): SwitchActions {
  const run = async (options: { redis: string; json: boolean }, action: (redis: Redis) => Promise<Done>) => {
    const { exitCode, lines, json } = await withRedis(options.redis, env, action);
    print(
      options.json ? `${JSON.stringify(json)}\n` : `${lines.flatMap((line) => wrapped('', line, WIDTH)).join('\n')}\n`,
    );
    exitWith(exitCode);
  };
  return {
    killOn: (options) => run(options, (redis) => killOn(redis, options)),
    killOff: (options) => run(options, (redis) => killOff(redis, options, terminal)),
    disarmShow: (options) => run(options, disarmShow),
    disarmClear: (options) => run(options, (redis) => disarmClear(redis, options, terminal)),
  };
}
