import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '@quantum/clock';
import { isReplyError, whyAway } from '@quantum/redis-io';
import type { CommandName } from '@quantum/rollout-commands';
import { parseRolloutState, PUBLISHING, type RolloutState } from '@quantum/rollout-plan';
import { confirmedByWord, type Terminal } from '../confirm-word.js';
import { columns } from '../texts.js';
import { verifyStream } from './audit.js';
import { kill } from './kill.js';
import { operatorOf, withRedis, type Env, type Operator } from './operator.js';
import { outcomeText, type Acted } from './outcome-text.js';
import { readRollout } from './read.js';
import { send } from './send.js';
import { problemsOf } from './status-text.js';
import { MAX_LIFE_SEC, stateLine } from './texts.js';

export interface DrillOptions {
  redis: string;
  json: boolean;
  /** The word that is otherwise typed. */
  yes?: string;
}

/** The longest interval of a rollout, seconds: a command has its answer within one. */
const MAX_INTERVAL_SEC = 20;
const PAUSE_MS = 200;

/** A part of the drill: what it does, how long that may take, and why it failed. */
interface Step {
  readonly what: string;
  readonly limitSec: number;
  readonly run: (operator: Operator) => Promise<string | undefined>;
}

/** A command that must lead to a state. */
const commanded = (name: CommandName, to: RolloutState['name']): Step => ({
  what: name,
  limitSec: MAX_INTERVAL_SEC,
  run: async (operator) => {
    const outcome = await send(operator, { name, reason: 'drill' }, MAX_INTERVAL_SEC);
    if (outcome.kind === 'answered' && parseRolloutState(outcome.entry.to)?.name === to) return undefined;
    return outcomeText({ name, reason: '' }, outcome, new Map(), undefined).text.split('\n')[0];
  },
});

/** Waits for what a look at Redis shows. */
const shown = (what: string, limitSec: number, holds: (view: Awaited<ReturnType<typeof readRollout>>) => boolean): Step => ({
  what,
  limitSec,
  run: async ({ redis }) => {
    const deadlineMs = systemClock.steadyMs() + limitSec * 1000;
    while (!holds(await readRollout(redis))) {
      if (systemClock.steadyMs() >= deadlineMs) return 'not within the limit';
      await sleep(PAUSE_MS);
    }
    return undefined;
  },
}); // prettier-ignore

const STEPS: readonly Step[] = [
  commanded('hold', 'holding'),
  commanded('resume', 'baking'),
  commanded('rollback', 'rolled_back'),
  shown('no multiplier is left', MAX_INTERVAL_SEC + MAX_LIFE_SEC, ({ published }) => published.count === 0),
  {
    what: 'kill, confirmed by every connected replica',
    limitSec: MAX_INTERVAL_SEC,
    run: async ({ redis }) => {
      const { text, exitCode } = await kill(redis, { timeout: MAX_INTERVAL_SEC, reason: 'drill' }, () => undefined);
      return exitCode === 0 ? undefined : text.split('\n')[0];
    },
  },
  shown('the rollout has seen the kill', MAX_INTERVAL_SEC, ({ state }) => state?.name === 'killed'),
  commanded('clear', 'off'),
  {
    what: 'the audit is whole',
    limitSec: MAX_LIFE_SEC,
    run: async ({ redis }) => {
      const check = await verifyStream(redis);
      return check.ok ? undefined : `${check.id}: ${check.why}`;
    },
  },
];

/**
 * Tries on a rollout that publishes whether each way out of it works, and how long it takes. It ends in `off`; a step
 * that fails ends the drill. @throws CannotRun, CannotConnect, BatchError, or the error of Redis
 */
export const drill = ({ redis: url, yes }: DrillOptions, env: Env, terminal: Terminal): Promise<Acted> =>
  withRedis(url, env, async (redis) => {
    const operator = await operatorOf(redis);
    const view = await readRollout(redis);
    const { state } = view;
    const problems = problemsOf(view);
    if (!state || !PUBLISHING.has(state.name) || state.name === 'reduce_only' || problems.length > 0) {
      return notBegun(operator, problems[0] ?? 'A drill needs a rollout that publishes, and that may be held.');
    }
    const plan = view.plans.get(state.plan);
    const question =
      `The drill holds, resumes, rolls back and kills the rollout of plan ${plan?.name ?? '?'} (${state.plan}), which is ` +
      `${stateLine(state, plan)}. It ends in off, and evidence begins at zero with the next start. Begin?`;
    if (!(await confirmedByWord(question, state.plan, yes, terminal))) return notBegun(operator);
    return runSteps(operator, state.plan);
  });

const notBegun = ({ user }: Operator, why?: string): Acted => ({
  text: why === undefined ? 'Not begun.\n' : `Not begun. ${why}\n`,
  exitCode: 1,
  json: { result: 'not_begun', why: why ?? 'not confirmed', user },
});

/** Why a step could not be taken: what was done before is reported all the same. @throws any other error */
function redisProblem(error: unknown): string {
  const problem = whyAway(error) ?? (error instanceof Error && isReplyError(error) ? error.message : undefined);
  if (problem === undefined) throw error;
  return problem;
}

async function runSteps(operator: Operator, plan: string): Promise<Acted> {
  const steps: { step: string; tookSec: number; limitSec: number; problem: string | undefined }[] = [];
  let problem: string | undefined;
  for (const { what, limitSec, run } of STEPS) {
    const startMs = systemClock.steadyMs();
    problem = await run(operator).catch(redisProblem);
    const tookSec = (systemClock.steadyMs() - startMs) / 1000;
    if (problem === undefined && tookSec > limitSec) problem = 'later than the limit';
    steps.push({ step: what, tookSec, limitSec, problem });
    if (problem !== undefined) break;
  }
  const end = problem === undefined ? 'The drill is passed. `rollout start` begins again.\n' : 'THE DRILL FAILED.\n';
  const rows = steps.map((one) => [one.step, `${one.tookSec.toFixed(1)} s`, `${one.limitSec} s`, one.problem ?? 'ok']);
  return {
    text: `${columns(['STEP', 'TOOK', 'LIMIT', 'RESULT'], rows)}${end}`,
    exitCode: problem === undefined ? 0 : 1,
    json: { result: problem === undefined ? 'passed' : 'failed', user: operator.user, plan, steps },
  };
}
