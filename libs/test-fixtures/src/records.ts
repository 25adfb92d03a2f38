import type { DecisionRecord } from '@quantum/redis-schemas';

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
