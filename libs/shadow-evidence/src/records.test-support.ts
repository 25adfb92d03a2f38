import { replayDecision, recordJson } from '@quantum/decisions';
import type { DecisionRecord } from '@quantum/redis-schemas';
import { INPUTS, recordWith } from '@quantum/test-fixtures';
import { policy } from './policy.test-support.js';
import type { RecordingLine } from './recording.js';
import { Replayer } from './replayer.js';

/** The record of a plan with these inputs changed, as a policy decides it, by default the governor's own. */
export function decided(
  changes: DecisionRecord['inputs'] = {},
  by = policy.governor,
  over: Partial<DecisionRecord> = {},
): DecisionRecord {
  const replayed = replayDecision(recordWith({ ...INPUTS, ...changes }, over), by);
  if (replayed.kind !== 'decided') throw new Error(replayed.kind);
  return replayed.record;
}

/** The record of a plan with these inputs changed, with the hashes of what decided it. */
export function decidedByHashes(changes: DecisionRecord['inputs'] = {}): DecisionRecord {
  const permit = { policy: policy.hashes.hint } as NonNullable<DecisionRecord['permit']>;
  return decided(changes, policy.governor, { limits: policy.hashes.limits, permit });
}

/** A record's JSON with its fields in the order in which the governor writes them. */
export const writtenJson = (record: object): string =>
  recordJson(record as DecisionRecord, [
    'v', 'plan_id', 'symbol', 'entry_id', 'decided_at', 'outcome', 'reason', 'limits', 'inputs', 'block', 'gates', 'permit',
  ]); // prettier-ignore

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
