import { decideAgain, recordJson } from '@quantum/decisions';
import type { DecisionRecord } from '@quantum/redis-schemas';
import { policy } from './policy.test-support.js';
import type { RecordingLine } from './recording.js';
import { Replayer } from './replayer.js';

const NOW_SEC = 1_700_000_000;

/** Inputs of an open that no gate refuses, with an efficiency that is hinted smaller. */
export const INPUTS: DecisionRecord['inputs'] = {
  action: 'OPEN', closing: false, qty: 2, price_usd: 500, kill_score: 0.1, submitted_at: NOW_SEC - 1,
  plan_ts: NOW_SEC - 2, server_time: NOW_SEC, notional_usd: 1000,
  kill_switch: false, disarmed: false, budget_enforce: false, budget_ts: null, violation_ts: null,
  allocation_enforce: false, allocation_ts: null, allocation_target_usd: null, position_amt: 0, mark_price_usd: null, position_ts: null,
  last_exec: null, exec_count_hour: 0, exec_count_5min: 0, day_notional_usd: 0,
  eff_score: 0.2, eff_confidence: 0.9, eff_ts: '1699999990.5', eff_reason: 'ok',
}; // prettier-ignore

/** A record with these inputs, as it is before it was decided again. */
export const recordWith = (inputs: DecisionRecord['inputs'], over: Partial<DecisionRecord> = {}): DecisionRecord => ({
  v: 1,
  plan_id: 'p1',
  symbol: 'S',
  entry_id: '1699999999000-0',
  decided_at: NOW_SEC,
  outcome: 'permit',
  reason: '',
  gates: [],
  inputs,
  ...over,
});

/** The record of a plan with these inputs changed, as a policy decides it, by default the governor's own. */
export function decided(
  changes: DecisionRecord['inputs'] = {},
  by = policy.governor,
  over: Partial<DecisionRecord> = {},
): DecisionRecord {
  const again = decideAgain(recordWith({ ...INPUTS, ...changes }, over), by);
  if (again.kind !== 'decided') throw new Error(again.kind);
  return again.record;
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
