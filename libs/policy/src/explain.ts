import { namedValues, type ParameterValues } from '@quantum/efficiency-policy';
import { governorDefinition, proposerDefinition } from '@quantum/service-config';
import { loadConfig } from '@quantum/service-kit';
import type { Step } from '@quantum/shadow-evidence';
import { gateSettings, limitValues } from './limits.js';
import { hintStep, proposalStep } from './steps.js';

/** What a hash means that outputs carry. */
export interface Explanation {
  readonly hash: string;
  readonly step: Step;
  readonly parameters: ParameterValues;
  /** The defaults of the services, of all parameters of the step. */
  readonly defaults: ParameterValues;
  /** Those that are not the services' defaults. */
  readonly changed: readonly string[];
  /** Entries of the policy file that give these parameters; for limits the environment. Undefined if found in Redis. */
  readonly entries?: readonly string[];
}

/** What is known of a hash beside its parameters. */
export interface Known {
  /** Defaults of the brain's parameters: its library would make the bundle of each service larger. */
  readonly scoreDefaults: ParameterValues;
  readonly entries?: readonly string[];
}

/** Compares the parameters of a step with the defaults of the services. */
export function explained(
  hash: string,
  step: Step,
  parameters: ParameterValues,
  { scoreDefaults, entries }: Known,
): Explanation {
  const defaults = step === 'score' ? scoreDefaults : defaultsOf(step);
  const changed = Object.keys(parameters).filter((name) => parameters[name] !== defaults[name]);
  return { hash, step, parameters, defaults, changed, ...(entries && { entries }) };
}

function defaultsOf(step: Exclude<Step, 'score'>): ParameterValues {
  const governor = loadConfig(governorDefinition, {}).config;
  const [proposal, hint] = [proposalStep(loadConfig(proposerDefinition, {}).config), hintStep(governor)];
  return {
    proposal: { ...namedValues(proposal.base, proposal.names), ...proposal.common },
    hint: namedValues(hint.base, hint.names),
    limits: limitValues(gateSettings(governor)),
  }[step];
}

const TITLES: Readonly<Record<Step, (hash: string) => string>> = {
  proposal: (hash) => `Policy ${hash} of step 1, proposals`,
  hint: (hash) => `Policy ${hash} of step 2, hints of permits`,
  score: (hash) => `Parameters ${hash} of the efficiency brain’s scores`,
  limits: (hash) => `Limits ${hash} of step 2, and modes of its gates`,
};

/** An explanation as it is printed. `table`: rows under a head. */
export function explanationText(
  { hash, step, parameters, defaults, changed, entries }: Explanation,
  table: (head: readonly string[], rows: readonly (readonly string[])[]) => string,
): string {
  const text = (values: ParameterValues, name: string): string => String(values[name] ?? '');
  const rows = Object.keys(parameters).map((name) => [
    name,
    text(parameters, name),
    changed.includes(name) ? text(defaults, name) : '',
  ]);
  return [
    TITLES[step](hash),
    table(['parameter', 'value', 'default, where it differs'], rows),
    entries ? `Given by ${entries.join(', ')}.` : 'As Redis has it; the services’ own files say what gives it.',
    '',
  ].join('\n');
}
