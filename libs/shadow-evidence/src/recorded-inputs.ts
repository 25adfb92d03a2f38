import type { DecisionRecord, Read } from '@quantum/redis-schemas';
import type { GateInput, Refusal, GateNumbers } from '@quantum/risk-gates';

type Inputs = DecisionRecord['inputs'];

/** A number of a record; undefined where it has none under that name. */
export const number = (value: Inputs[string] | undefined): number | undefined =>
  typeof value === 'number' ? value : undefined;

/**
 * Whether a record is of a version that did not yet keep Redis' clock. It asked no position how old it was, and called a
 * missing kill score not a number.
 */
const isEarlier = ({ inputs }: DecisionRecord): boolean => inputs['server_time'] === undefined;

function killScoreOf(recorded: DecisionRecord): GateInput['killScore'] {
  const value = recorded.inputs['kill_score'];
  if (value === 'unreadable' || (value === null && isEarlier(recorded))) return 'unreadable';
  return number(value);
}

/** What the gates were given when a record was made. */
export function gateInputOf(recorded: DecisionRecord): GateInput {
  const { decided_at: nowSec, inputs } = recorded;
  const read = <T>(name: string, value: () => T): Read<T> =>
    inputs[name] === 'unreadable' ? { readable: false } : { readable: true, value: value() };
  const lastExec = inputs['last_exec'];
  return {
    nowSec,
    submittedSec: number(inputs['submitted_at']) ?? NaN,
    serverSec: number(inputs['server_time']) ?? Infinity,
    timestampSec: number(inputs['plan_ts']),
    closing: inputs['closing'] === true,
    killScore: killScoreOf(recorded),
    priceUsd: number(inputs['price_usd']),
    notionalUsd: number(inputs['notional_usd']),
    killSwitchOn: read('kill_switch', () => inputs['kill_switch'] === true),
    disarmed: read('disarmed', () => inputs['disarmed'] === true),
    budget: read('budget', () => ({
      enforce: inputs['budget_enforce'] === true,
      tsSec: number(inputs['budget_ts']),
    })),
    violationSec: read('violation_ts', () => number(inputs['violation_ts'])),
    allocation: read('allocation', () => ({
      enforce: inputs['allocation_enforce'] === true,
      tsSec: number(inputs['allocation_ts']),
      targetUsd: number(inputs['allocation_target_usd']),
    })),
    position: read('position', () => ({
      amount: number(inputs['position_amt']),
      markPriceUsd: number(inputs['mark_price_usd']),
      tsSec: isEarlier(recorded) ? nowSec : number(inputs['position_ts']),
    })),
    side: inputs['side'] === 'buy' || inputs['side'] === 'sell' ? inputs['side'] : undefined,
    // Records of earlier versions knew of nothing in flight.
    inFlightUsd: isEarlier(recorded) ? 0 : number(inputs['in_flight_usd']),
    window: read('window', () => ({
      lastExecSec: lastExec === 'unreadable' ? ('unreadable' as const) : number(lastExec),
      hourCount: number(inputs['exec_count_hour']) ?? 0,
      burstCount: number(inputs['exec_count_5min']) ?? 0,
    })),
    dayNotionalUsd: read('day_notional_usd', () => number(inputs['day_notional_usd']) ?? 0),
  };
}

/** The numbers of a refusal, under the names that its record's version gave them. */
export function numbersOf(recorded: DecisionRecord, { gate, verdict }: Refusal): GateNumbers {
  if (gate !== 'allocation_cap' || !isEarlier(recorded)) return verdict.numbers;
  const { position_usd, notional_usd, target_usd } = verdict.numbers as Record<string, number>;
  // Earlier versions knew sizes without a side, and nothing in flight.
  return {
    position_usd: Math.abs(position_usd ?? NaN),
    notional_usd: Math.abs(notional_usd ?? NaN),
    target_usd: target_usd ?? NaN,
  };
}
