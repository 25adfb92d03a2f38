import type { Annotation } from '@quantum/permit-decorators';
import { full, type DecisionRecord, type Permit, type Read } from '@quantum/redis-schemas';
import { addNew } from '../add-new.js';
import type { Candidate, WindowState } from '../candidate.js';
import { recordedFields } from '../gate-fields.js';
import { HINT_INPUTS, type Inputs, type WrittenInputs } from './schema.js';

/** So much of a plan's action is kept: known ones are shorter, and the field may hold anything. */
const MAX_ACTION_CHARS = 64;

/** The begin of an action, with no half of a character at its end: the JSON reader of Redis' scripts refuses one. */
const beginOf = (action: string): string => action.slice(0, MAX_ACTION_CHARS).replace(/[\uD800-\uDBFF]$/, '');

const UNREADABLE = 'unreadable' as const;

/** The value of a read; undefined if absent. */
const readValue = <T>(read: Read<T> | undefined): T | undefined => (read?.readable ? read.value : undefined);

/** The value of a read's own name: the text `unreadable`, or nothing. */
const unreadable = (read: Read<unknown> | undefined): typeof UNREADABLE | undefined =>
  read && !read.readable ? UNREADABLE : undefined;

/** A number of a read that was answered, null where the key has none. */
const given = <T>(of: object | undefined, value: T | undefined): T | null | undefined =>
  of === undefined ? undefined : (value ?? null);

/** What the windows said; nothing where they were not asked. */
function encodeWindows(asked: WindowState | undefined) {
  const [window, dayNotionalUsd] = [readValue(asked?.window), readValue(asked?.dayNotionalUsd)];
  return {
    window: unreadable(asked?.window),
    last_exec: given(window, window?.lastExecSec),
    exec_count_hour: window?.hourCount,
    exec_count_5min: window?.burstCount,
    day_notional_usd: unreadable(asked?.dayNotionalUsd) ?? dayNotionalUsd,
    in_flight_usd: asked?.inFlightUsd,
  };
}

/**
 * A record that was made before its windows were asked, with what they said: where they allowed the plan, the decision
 * is the same.
 */
export const withWindows = (record: DecisionRecord, asked: WindowState): DecisionRecord => ({
  ...record,
  inputs: { ...record.inputs, ...(encodeWindows(asked) as Inputs) },
});

/**
 * What the gates and decorators were given, at full precision; windows that were not asked are left out. What is
 * undefined does not get into the record's JSON: names that come and go cost 2 us a plan. `gateInputOf` reads it back.
 */
export function encodeInputs(
  { plan, fields, closing, state, submittedSec, notionalUsd }: Candidate,
  asked: WindowState | undefined,
  annotations: readonly Annotation<Partial<Permit>>[],
): Inputs {
  const { killSwitchOn, disarmed, violationSec } = state;
  const [budget, allocation, position] = [
    readValue(state.budget),
    readValue(state.allocation),
    readValue(state.position),
  ];
  const written: WrittenInputs = {
    action: beginOf(plan.action),
    closing,
    exceeds_position: closing === plan.closing ? undefined : true,
    side: plan.side,
    qty: plan.qty ?? null,
    qty_text: plan.qtyText === full(plan.qty) ? undefined : plan.qtyText,
    price_usd: plan.priceUsd ?? null,
    ...recordedFields(fields),
    unreadable_fields: plan.unreadableFields.length === 0 ? undefined : plan.unreadableFields.join(),
    submitted_at: submittedSec,
    plan_ts: plan.timestampSec ?? null,
    server_time: state.serverSec,
    notional_usd: notionalUsd ?? null,
    kill_switch: killSwitchOn.readable ? killSwitchOn.value : UNREADABLE,
    disarmed: disarmed.readable ? disarmed.value : UNREADABLE,
    budget: unreadable(state.budget),
    budget_enforce: budget?.enforce,
    budget_ts: given(budget, budget?.tsSec),
    violation_ts: violationSec.readable ? (violationSec.value ?? null) : UNREADABLE,
    allocation: unreadable(state.allocation),
    allocation_enforce: allocation?.enforce,
    allocation_ts: given(allocation, allocation?.tsSec),
    allocation_target_usd: given(allocation, allocation?.targetUsd),
    allocation_base_usd: allocation?.effective?.baseUsd,
    allocation_multiplier: allocation?.effective?.multiplier,
    allocation_multiplier_why: allocation?.effective?.why,
    position: unreadable(state.position),
    position_amt: given(position, position?.amount),
    mark_price_usd: given(position, position?.markPriceUsd),
    position_ts: given(position, position?.tsSec),
    ...encodeWindows(asked),
  };
  addNew(written, annotations.map(({ inputs: own }) => own)); // prettier-ignore
  return written as Inputs;
}

/** The recorded inputs with those of the hint decided again; the recorded object itself where they are the same. */
export function withHint(recorded: Inputs, hint: Readonly<Inputs>): Inputs {
  if (HINT_INPUTS.every((name) => recorded[name] === hint[name])) return recorded;
  const names: readonly string[] = HINT_INPUTS;
  const others = Object.entries(recorded).filter(([name]) => !names.includes(name));
  return { ...Object.fromEntries(others), ...hint };
}

/** The inputs of a plan that another governor permitted. */
export const encodeForeign = ({ closing, notionalUsd }: Pick<Candidate, 'closing' | 'notionalUsd'>): Inputs => ({
  closing,
  notional_usd: notionalUsd ?? null,
});
