import type { EffectiveParameterSet, ParameterValues, PolicyStep } from '@quantum/efficiency-policy';
import { explained, hintStep, loadPolicy, proposalStep } from '@quantum/policy';
import { governorDefinition, proposerDefinition } from '@quantum/service-config';
import { ConfigError, loadConfig } from '@quantum/service-kit';
import type { Step } from '@quantum/shadow-evidence';
import type { Done } from '../switches/done.js';

/** The parameter sets of a step in a file, over the defaults of the services; or its violations. */
function setsOf<P extends object>(file: string, step: PolicyStep<P>): readonly EffectiveParameterSet<P>[] | ConfigError {
  try {
    return loadPolicy(file, step).all();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
} // prettier-ignore

/** Every violation in a policy file; else what it changes. A service also checks it against its own environment. */
export function lintPolicy(file: string): Done {
  const steps = [
    ['proposal', setsOf(file, proposalStep(loadConfig(proposerDefinition, {}).config))],
    ['hint', setsOf(file, hintStep(loadConfig(governorDefinition, {}).config))],
  ] as const;
  const violations = [...new Set(steps.flatMap(([, sets]) => (sets instanceof ConfigError ? sets.message.split('\n') : [])))];
  if (violations.length > 0) {
    return { exitCode: 1, lines: violations, json: { file, violations } };
  }
  const sets = steps.flatMap(([step, found]) => (found instanceof ConfigError ? [] : found.map((one) => described(step, one))));
  const lines = [
    `${file} is valid over the defaults of the services. Each checks it against its own variables too.`,
    ...sets.map(({ step, policy, entries, changes }) => `  ${step} ${policy}  ${entries.join(', ')}${changes === '' ? '' : `: ${changes}`}`),
  ];
  return { exitCode: 0, lines, json: { file, violations: [], sets } };
} // prettier-ignore

function described(step: Exclude<Step, 'score' | 'limits'>, { policy, text, entries }: EffectiveParameterSet<object>) {
  const parameters = JSON.parse(text) as ParameterValues;
  const { changed } = explained(policy, step, parameters, { scoreDefaults: {} });
  return { step, policy, entries, changes: changed.map((name) => `${name}=${String(parameters[name])}`).join(' ') };
}
