import type { ParameterValues } from '@quantum/efficiency-policy';
import { limitValues, settingsOf } from '@quantum/policy';
import { GATE_NAMES, type GateSettings } from '@quantum/risk-gates';
import { CannotRun } from '@quantum/service-kit';
import { isLimitVariable, policyOf } from '../policy.js';

type Texts = Readonly<Record<string, string>>;

const MODE_PREFIX = 'GOV_GATE_';
const isMode = (name: string): boolean => name.startsWith(MODE_PREFIX);

/** Variables that change limits of gates. @throws CannotRun for a name that is no limit */
export function limitChanges(limits: Texts): Texts {
  const { governor } = policyOf({ proposer: {}, governor: {} });
  const known = Object.keys(limitValues(governor)).filter((name) => isLimitVariable(name) && !isMode(name));
  known.push('APPLY_MODE');
  const unknown = Object.keys(limits).filter((name) => !known.includes(name));
  if (unknown.length === 0) return limits;
  throw new CannotRun(`--limit ${unknown.join(', ')}: no limit of a gate; these are: ${known.sort().join(', ')}`);
}

/** Variables that change modes of gates. @throws CannotRun for a name that is no gate, and for the kill switch */
export function modeChanges(gates: Texts): Texts {
  const unknown = Object.keys(gates).filter((name) => !(GATE_NAMES as readonly string[]).includes(name));
  if (unknown.length > 0) {
    throw new CannotRun(`--gate ${unknown.join(', ')}: no gate; these are: ${GATE_NAMES.join(', ')}`);
  }
  const killSwitch = gates['kill_switch'] ?? 'enforce';
  if (killSwitch !== 'enforce') {
    throw new CannotRun(`--gate kill_switch=${killSwitch}: it is enforced whatever its variable says`);
  }
  return Object.fromEntries(Object.entries(gates).map(([name, mode]) => [MODE_PREFIX + name.toUpperCase(), mode]));
}

/**
 * Changes the limits and modes that each plan was decided by, each set of them once.
 * @param before what the header's variables give, and `after` with `names` of them changed
 * @param modes modes in force, whatever APPLY_MODE makes of those in `after`
 */
export function changingGates(
  before: GateSettings,
  after: GateSettings,
  names: readonly string[],
  modes: Texts,
): (recorded: GateSettings | undefined) => GateSettings | undefined {
  const known = limitValues(before);
  // APPLY_MODE is in force by its effects: on modes, and on limits that no other variable gives.
  const byApplyMode = (name: string): boolean =>
    names.includes('APPLY_MODE') && (isMode(name) || !isLimitVariable(name));
  const given = Object.entries(limitValues(after)).filter(
    ([name, value]) => names.includes(name) || byApplyMode(name) || value !== known[name],
  );
  const changes: ParameterValues = { ...Object.fromEntries(given), ...modes };
  const made = new WeakMap<GateSettings, GateSettings>();
  return (recorded) => {
    const changed = recorded && (made.get(recorded) ?? settingsOf({ ...limitValues(recorded), ...changes }));
    if (changed) made.set(recorded, changed);
    return changed;
  };
}
