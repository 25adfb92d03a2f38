import { sha256 } from '@quantum/policy';
import { lintPlan, lintText, parseShadowHours, type LintResult } from '@quantum/rollout-lint';
import { planHash, type RolloutPlan } from '@quantum/rollout-plan';
import { CannotRun } from '@quantum/service-kit';
import { counted } from '../texts.js';
import { withRedis, type Env } from './operator.js';
import type { Acted } from './outcome-text.js';
import { lint } from './prepare.js';
import { stageLine } from './texts.js';

export interface LintOptions {
  redis?: string;
  seed: number;
}

/** A file, and its text. */
export interface TextFile {
  file: string;
  text: string;
}

/**
 * Lists every violation of a plan. With a Redis it also asks for the targets of its symbols, with a record it judges
 * the plan on that.
 * @throws CannotConnect, CannotRun
 */
export async function lintCommand(
  { file, text }: TextFile,
  record: TextFile | undefined,
  { redis: url, seed }: LintOptions,
  env: Env,
): Promise<Acted> {
  const { plan, violations } =
    url === undefined ? await lint(text) : await withRedis(url, env, (redis) => lint(text, redis));
  if (!plan) {
    const lines = violations.map((line) => `  ${line}\n`).join('');
    return {
      text: `${file} has ${counted(violations.length, 'violation')}:\n${lines}`,
      exitCode: 1,
      json: { file, violations },
    };
  }
  const hash = planHash(plan, sha256);
  const json = { file, violations: [], plan: hash, name: plan.name, targetsChecked: url !== undefined };
  const targets = url === undefined ? 'Whether its symbols have targets was not checked: give --redis.\n' : '';
  const valid = `${file} is valid: plan ${plan.name} (${hash})\n${stageLines(plan)}${targets}`;
  if (!record) {
    return { text: `${valid}How often its limits trip on noise was not checked: give --record.\n`, exitCode: 0, json };
  }
  const judged = judge(plan, record, seed);
  const exitCode = judged.refusals.length > 0 ? 1 : 0;
  return { text: `${valid}${lintText(judged)}`, exitCode, json: { ...json, judged } };
}

const stageLines = (plan: RolloutPlan): string =>
  plan.stages
    .map(
      (stage, i) =>
        `  ${i + 1} ${stage.name}: ${stageLine(plan, stage)}; at least ${stage.minHours} h, ` +
        `${counted(stage.minPeriods, 'period')}; ${counted(stage.approvals, 'approval')}; require ${stage.require}\n`,
    )
    .join('');

function judge(plan: RolloutPlan, { file, text }: TextFile, seed: number): LintResult {
  const record = parseShadowHours(text);
  if ('problem' in record) throw new CannotRun(`${file}: ${record.problem}`);
  return lintPlan(plan, record.hours, seed);
}
