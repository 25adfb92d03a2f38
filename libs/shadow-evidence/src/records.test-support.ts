import { decideAgain } from '@quantum/decisions';
import type { DecisionRecord } from '@quantum/redis-schemas';
import { INPUTS, recordWith } from '@quantum/test-fixtures';
import { policy } from './policy.test-support.js';
import type { RecordingLine } from './recording.js';
import { Replayer } from './replayer.js';

/** The record of a plan with these inputs changed, as a policy decides it, by default the governor's own. */
export function decided(changes: DecisionRecord['inputs'] = {}, by = policy.governor): DecisionRecord {
  const again = decideAgain(recordWith({ ...INPUTS, ...changes }), by);
  if (again.kind !== 'decided') throw new Error(again.kind);
  return again.record;
}

let plans = 0;
/** The line of a record, by default of one that no gate refused and of a plan of its own. */
export const decision = (record = decided(), planId = `plan-${++plans}`): RecordingLine => ({
  kind: 'decision',
  plan_id: planId,
  json: JSON.stringify(record),
});

/** A replay of lines by the services' defaults. */
export function replayed(...lines: RecordingLine[]): Replayer {
  const replayer = new Replayer(policy);
  for (const line of lines) replayer.take(line);
  return replayer;
}
