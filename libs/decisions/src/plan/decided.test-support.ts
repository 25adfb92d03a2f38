import type { DecisionRecord } from '@quantum/redis-schemas';
import { INPUTS, recordWith, SOME_POLICY } from '@quantum/test-fixtures';
import { decideAgain, type GovernorPolicy } from './again.js';

/** The record of a plan with these inputs changed, as a policy decides it, by default the governor's own. */
export function decided(
  changes: DecisionRecord['inputs'] = {},
  by: GovernorPolicy = SOME_POLICY.governor,
): DecisionRecord {
  const again = decideAgain(recordWith({ ...INPUTS, ...changes }), by);
  if (again.kind !== 'decided') throw new Error(again.kind);
  return again.record;
}
