import type { PolicyStep } from '@quantum/efficiency-policy';
import { loadPolicy } from '@quantum/policy';
import { CannotRun } from '@quantum/service-kit';
import type { OtherPolicy } from '@quantum/shadow-evidence';
import { changingGates, limitChanges, modeChanges } from './other-gates.js';
import { policyOf, readChanges, stepsOf, withChanges, wrapped, type PolicyTexts } from '../policy.js';

export interface OtherPolicyOptions {
  /** A JSON file of variables and values. */
  policy?: string;
  /** A policy file, as P31_POLICY_FILE names one. */
  policyFile?: string;
  /** Limits of gates, by the names of their variables. */
  limit?: Readonly<Record<string, string>>;
  /** Modes in force, by gate. */
  gate?: Readonly<Record<string, string>>;
}

/**
 * The policy that these options make of a recording's. Variables change what each output was decided by, whichever
 * entry of a policy file that came from. A policy file takes the place of the one that was in force, over the header's
 * variables, changed or not. @throws CannotRun
 */
export function otherPolicy(texts: PolicyTexts, options: OtherPolicyOptions): OtherPolicy {
  const { policy, policyFile, limit = {}, gate = {} } = options;
  const modes = modeChanges(gate);
  const changes = { ...(policy === undefined ? {} : readChanges(policy)), ...limitChanges(limit), ...modes };
  if ('P31_BUDGET' in changes) {
    throw new CannotRun(`${policy ?? ''}: P31_BUDGET cannot be changed: budgets keep the scale that was recorded`);
  }
  const changed = withChanges(texts, changes);
  const { proposal, hint } = stepsOf(changed);
  const gates = changingGates(policyOf(texts).governor, policyOf(changed).governor, Object.keys(changes), modes);
  if (policyFile === undefined) {
    return { gates, proposal: changing(proposal, changes), hint: changing(hint, changes) };
  }
  const [proposals, hints] = wrapped(() => [loadPolicy(policyFile, proposal), loadPolicy(policyFile, hint)] as const);
  return {
    gates,
    proposal: (symbol) => proposals.of(symbol).parameters,
    hint: (symbol) => hints.of(symbol).parameters,
  };
}

/** Changes parameters of a step, each set of them once. @throws CannotRun where they contradict each other then */
function changing<P extends object>({ names, base, checks }: PolicyStep<P>, changes: Readonly<Record<string, string>>) {
  const properties = Object.entries(names).flatMap(([name, property]) => (name in changes ? [property] : []));
  const given = Object.fromEntries(properties.map((property) => [property, base[property]]));
  const made = new WeakMap<P, P>();
  return (_symbol: string, recorded: P | undefined): P | undefined => {
    const known = recorded && made.get(recorded);
    if (known || !recorded) return known;
    const changed = { ...recorded, ...given };
    const broken = checks.find(({ holds }) => !holds(changed));
    if (broken) throw new CannotRun(`with what a symbol had: ${broken.requirement}`);
    made.set(recorded, changed);
    return changed;
  };
}
