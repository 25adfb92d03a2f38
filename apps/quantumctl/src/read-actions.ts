import type { Redis } from '@quantum/redis-io';
import { diagnose } from './doctor/diagnose.js';
import { readFacts } from './doctor/read/facts.js';
import { doctorText, type Page } from './doctor/text.js';
import type { LookActions, LookOptions } from './read-options.js';
import { readPlan } from './plan/read.js';
import { planLines } from './plan/text.js';
import { lintPolicy } from './policy/lint.js';
import { explainPolicy, showPolicies } from './policy/show.js';
import { withRedis, type Env } from './rollout/operator.js';
import type { Done } from './switches/done.js';
import { readSymbol } from './symbol/read.js';
import { columnText, symbolLines } from './symbol/text.js';

/** What is written to. */
export interface Output {
  readonly print: (text: string) => void;
  readonly isTTY: boolean | undefined;
  /** Width of the terminal; undefined where it is none. */
  readonly columns: number | undefined;
}

const WIDTH = 80;
const MAX_WIDTH = 120;

/** The page of an output: colours only on a terminal, and never with NO_COLOR. */
const pageOf = ({ isTTY, columns = WIDTH }: Output, env: Env): Page => ({
  width: Math.min(MAX_WIDTH, Math.max(WIDTH / 2, columns)),
  hasColours: isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb',
});

/** What the commands do that change nothing. `exitWith`: the exit code of the program. */
export function lookActions(env: Env, output: Output, exitWith: (code: number) => void): LookActions {
  const page = pageOf(output, env);
  const say = (json: boolean, { exitCode, lines, json: values }: Done): void => {
    output.print(json ? `${JSON.stringify(values)}\n` : `${lines.join('\n')}\n`);
    exitWith(exitCode);
  };
  const look = async ({ redis: url, json }: LookOptions, read: (redis: Redis) => Promise<Done>): Promise<void> => {
    say(json, await withRedis(url, env, read));
  };
  return {
    doctor: (options) =>
      look(options, async (redis) => {
        const facts = await readFacts(redis, options.plans);
        const findings = diagnose(facts);
        const { nowSec, user, servers, unread } = facts;
        const exitCode = findings.some(({ harm }) => harm !== 'note') ? 1 : 0;
        return {
          exitCode,
          lines: [doctorText(facts, findings, page).trimEnd()],
          json: { nowSec, user, servers, findings, unread },
        };
      }),
    symbol: (symbol, options) =>
      look(options, async (redis) => {
        const facts = await readSymbol(redis, symbol, options.plans);
        const lines = symbolLines(facts);
        return { exitCode: 0, lines: [columnText(lines, page.width).trimEnd()], json: { ...facts, lines } };
      }),
    plan: (planId, options) =>
      look(options, async (redis) => {
        const facts = await readPlan(redis, planId, options.plans);
        const lines = planLines(facts);
        const exitCode = facts.record ? 0 : 1;
        return { exitCode, lines: [columnText(lines, page.width).trimEnd()], json: { ...facts, lines } };
      }),
    policyLint: (file, { json }) => {
      say(json, lintPolicy(file));
      return Promise.resolve();
    },
    policyShow: (options) => look(options, (redis) => showPolicies(redis, options.plans)),
    policyExplain: (hash, options) => look(options, (redis) => explainPolicy(redis, hash)),
  };
}
