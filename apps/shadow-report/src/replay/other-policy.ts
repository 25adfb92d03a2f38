import type { PolicyBook, PolicyStep } from '@quantum/efficiency-policy';
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

/** Another policy, and the entries of its file that decide for none of these symbols. */
export type GivenPolicy = OtherPolicy & { unmet: (symbols: readonly string[]) => string[] };

/**
 * The policy that these options make of a recording's. Variables change what each output was decided by, whichever
 * entry of a policy file that came from. A policy file takes the place of the one that was in force, over the header's
 * variables, changed or not. @throws CannotRun
 */
export function otherPolicy(texts: PolicyTexts, options: OtherPolicyOptions): GivenPolicy {
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
    return { gates, proposal: changing(proposal, changes), hint: changing(hint, changes), unmet: () => [] };
  }
  const [proposals, hints] = wrapped(() => [loadPolicy(policyFile, proposal), loadPolicy(policyFile, hint)] as const);
  return {
    gates,
    proposal: (symbol) => proposals.of(symbol).parameters,
    hint: (symbol) => hints.of(symbol).parameters,
    unmet: (symbols) => [...new Set([...unmetOf(proposals, symbols), ...unmetOf(hints, symbols)])],
  };
}

/** Entries of a book that decide for none of these symbols: misspelled, or of symbols without outputs. */
function unmetOf<P>(book: PolicyBook<P>, symbols: readonly string[]): string[] {
  const met = new Set(symbols.map((symbol) => book.of(symbol).policy));
  const unmet = book.all().filter(({ policy }) => !met.has(policy));
  return unmet.flatMap(({ entries }) => entries).filter((entry) => entry !== 'defaults');
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
