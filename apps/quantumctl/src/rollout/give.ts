import { lowersRisk } from '@quantum/rollout-commands';
import { whyAway, type Redis } from '@quantum/redis-io';
import { CannotConnect } from '@quantum/service-kit';
import { confirmedByWord, type Terminal } from '../confirm-word.js';
import { operatorOf, withRedis, type Env } from './operator.js';
import { notApplied, notSent, outcomeText, type Acted } from './outcome-text.js';
import { readExpiry, readRollout, type RolloutView } from './read.js';
import { send, type Wanted } from './send.js';

export interface GiveOptions {
  redis: string;
  reason: string;
  json: boolean;
  /** Seconds. */
  timeout: number;
  /** Of commands that ask: the word that is otherwise typed. */
  yes?: string;
}

/** What a person is asked before risk is raised, and the word that means yes: the hash of the plan that goes on. */
export interface Ask {
  readonly question: string;
  readonly word: string;
}

/** What a command is to say, by what is there; a text alone: why it is not sent. `ask`: of commands that raise risk. */
export type Prepared = { readonly wanted: Wanted; readonly ask?: Ask } | { readonly problem: string };

/**
 * Gives a command and says what became of it. What lowers risk reads nothing before, and never asks. @throws CannotRun,
 * CannotConnect
 */
export async function give(
  options: GiveOptions,
  env: Env,
  terminal: Terminal,
  prepare: Wanted | ((view: RolloutView, redis: Redis) => Promise<Prepared> | Prepared),
): Promise<Acted> {
  try {
    return await withRedis(options.redis, env, async (redis) => {
      const operator = await operatorOf(redis);
      const by = ({ json, ...said }: Acted): Acted => ({ ...said, json: { ...json, user: operator.user } });
      const prepared = typeof prepare === 'function' ? await prepare(await readRollout(redis), redis) : { wanted: prepare };
      if ('problem' in prepared) return by(notSent(prepared.problem));
      const { wanted, ask } = prepared;
      if (ask !== undefined && !(await confirmedByWord(ask.question, ask.word, options.yes, terminal))) return by(notSent());
      const outcome = await send(operator, wanted, options.timeout);
      const expiry = outcome.kind === 'answered' ? undefined : await readExpiry(redis);
      const view = await readRollout(redis).catch(() => undefined);
      return by(outcomeText(wanted, outcome, view?.plans ?? new Map(), expiry));
    });
  } catch (error) {
    const away = error instanceof CannotConnect ? error.message : whyAway(error);
    if (away === undefined || typeof prepare === 'function' || !lowersRisk(prepare.name)) throw error;
    return { ...notApplied(away), exitCode: 3 };
  }
} // prettier-ignore
