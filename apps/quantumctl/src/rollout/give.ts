import { lowersRisk } from '@quantum/rollout-commands';
import { BatchError, type Redis } from '@quantum/redis-io';
import { CannotConnect } from '@quantum/service-kit';
import { confirmed, type Terminal } from './confirm.js';
import { operatorOf, withRedis, type Env } from './operator.js';
import { notApplied, outcomeText, type Said } from './outcome-text.js';
import { readExpiry, readRollout, type RolloutView } from './read.js';
import { send, type Wanted } from './send.js';

export interface GiveOptions {
  redis: string;
  reason: string;
  /** Seconds. */
  timeout: number;
  /** Of commands that ask. */
  yes?: boolean;
}

/** What a command is to say, by what is there; a text alone: why it is not sent. `question`: of commands that raise risk. */
export type Prepared = { readonly wanted: Wanted; readonly question?: string } | { readonly problem: string };

/** Gives a command and says what became of it. What lowers risk reads nothing before, and never asks. @throws CannotRun, CannotConnect */
export async function give(
  options: GiveOptions,
  env: Env,
  terminal: Terminal,
  prepare: Wanted | ((view: RolloutView, redis: Redis) => Promise<Prepared> | Prepared),
): Promise<Said> {
  try {
    return await withRedis(options.redis, env, async (redis) => {
      const operator = await operatorOf(redis);
      const prepared = typeof prepare === 'function' ? await prepare(await readRollout(redis), redis) : { wanted: prepare };
      if ('problem' in prepared) return { text: `Not sent: ${prepared.problem}\n`, exitCode: 1 };
      const { wanted, question } = prepared;
      if (question !== undefined && options.yes !== true && !(await confirmed(question, terminal))) {
        return { text: 'Not sent.\n', exitCode: 1 };
      }
      const outcome = await send(operator, wanted, options.timeout);
      const expiry = outcome.kind === 'answered' ? undefined : await readExpiry(redis);
      const view = await readRollout(redis).catch(() => undefined);
      return outcomeText(wanted, outcome, view?.plans ?? new Map(), expiry);
    });
  } catch (error) {
    const isAway = error instanceof CannotConnect || error instanceof BatchError;
    if (!isAway || typeof prepare === 'function' || !lowersRisk(prepare.name)) throw error;
    return { ...notApplied(error.message), exitCode: 3 };
  }
} // prettier-ignore
