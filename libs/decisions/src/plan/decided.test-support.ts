import type { DecisionRecord } from '@quantum/redis-schemas';
import { INPUTS, recordWith, SOME_POLICY } from '@quantum/test-fixtures';
import { replayDecision, type ReplaySettings } from './replay.js';

/** The record of a plan with these inputs changed, as a policy decides it, by default the governor's own. */
export function decided(
  changes: DecisionRecord['inputs'] = {},
  by: ReplaySettings = SOME_POLICY.governor,
): DecisionRecord {
  const replayed = replayDecision(recordWith({ ...INPUTS, ...changes }), by);
  if (replayed.kind !== 'decided') throw new Error(replayed.kind);
  return replayed.record;
}
