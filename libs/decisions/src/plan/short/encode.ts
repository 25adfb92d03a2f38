import {
  entryIdMs,
  type DecisionRecord,
  type Permit,
  type ShortInputs,
  type ShortRecord,
} from '@quantum/redis-schemas';
import { GATE_FIELDS } from '@quantum/risk-gates';
import { areWindowsAsked } from '../inputs/facts.js';
import { HINT_INPUTS, INPUT_NAMES, type WrittenInputs } from '../inputs/schema.js';
import { HINT_FIELDS, shortHintOf } from './hint.js';

type Inputs = DecisionRecord['inputs'];
type Scalar = Inputs[string];

const ALL: ReadonlySet<string> = new Set(INPUT_NAMES);
const ALL_BUT_HINT = new Set(INPUT_NAMES.filter((name) => !(HINT_INPUTS as readonly string[]).includes(name)));
/** The fields of a permit that follow from the rest of every record. */
const GRANT: ReadonlySet<string> = new Set<keyof Permit>([
  'granted', 'symbol', 'decision', 'computed_qty', 'computed_notional', 'created_at', 'consumed', 'would_block',
]); // prettier-ignore
const GRANT_AND_HINT: ReadonlySet<string> = new Set([...GRANT, ...HINT_FIELDS]);
/** The fields of a block that follow from the rest of every record. */
const REFUSAL: ReadonlySet<string> = new Set(['reason', 'timestamp', 'symbol']);

const some = <T>(value: T): Exclude<T, null | false> | undefined =>
  value === null || value === false ? undefined : (value as Exclude<T, null | false>);

/** Values by name without some names; undefined where nothing is left. */
function others<T>(values: Readonly<Record<string, T>>, without: ReadonlySet<string>) {
  let left: Record<string, T> | undefined;
  for (const name in values) {
    const value = values[name];
    if (value !== undefined && !without.has(name)) (left ??= {})[name] = value;
  }
  return left;
}

function fieldsOf(inputs: Inputs): ShortInputs['fields'] {
  let fields: Record<string, Scalar> | undefined;
  for (const [, { field }] of GATE_FIELDS) {
    const value = inputs[field];
    if (value !== null && value !== undefined) (fields ??= {})[field] = value;
  }
  return fields as ShortInputs['fields'];
}

/** The symbol's windows as a record of version 2 has them, last of all: the script that reserves may write them. */
function windowsOf(inputs: WrittenInputs): ShortRecord['windows'] {
  if (!areWindowsAsked(inputs as Inputs)) return undefined;
  const {
    window,
    last_exec: lastExec,
    exec_count_hour: hour,
    exec_count_5min: burst,
    day_notional_usd: dayUsd,
  } = inputs;
  const inFlight = inputs.in_flight_usd === undefined ? [] : [inputs.in_flight_usd];
  return [window ?? lastExec ?? null, hour ?? null, burst ?? null, dayUsd ?? 0, ...inFlight];
}

function allocationOf(inputs: WrittenInputs): ShortInputs['allocation'] {
  const { allocation, allocation_enforce: on, allocation_ts: ts, allocation_target_usd: targetUsd } = inputs;
  const { allocation_base_usd: baseUsd, allocation_multiplier: multiplier, allocation_multiplier_why: why } = inputs;
  if (allocation !== undefined) return allocation;
  if (baseUsd !== undefined && multiplier !== undefined)
    return [on ?? false, ts ?? null, targetUsd ?? null, baseUsd, multiplier, why ?? ''];
  if (!some(on) && some(ts) === undefined && some(targetUsd) === undefined) return undefined;
  return [on ?? false, ts ?? null, targetUsd ?? null];
}

/** `hint`: what of the inputs is the permit's hint, where a short one says it. */
function shortInputs(inputs: WrittenInputs, entryId: string, hint: ShortInputs['eff']): ShortInputs {
  const { budget_enforce: budgetOn, budget_ts: budgetTs } = inputs;
  const { position_amt: amount, mark_price_usd: markUsd, position_ts: positionTs } = inputs;
  return {
    action: inputs.action,
    closing: some(inputs.closing),
    exceeds: inputs.exceeds_position,
    side: inputs.side,
    qty: some(inputs.qty),
    qty_text: inputs.qty_text,
    price: some(inputs.price_usd),
    usd: some(inputs.notional_usd),
    fields: fieldsOf(inputs as Inputs),
    unreadable_fields: inputs.unreadable_fields,
    submitted_at: inputs.submitted_at === entryIdMs(entryId) / 1000 ? undefined : inputs.submitted_at,
    plan_ts: some(inputs.plan_ts),
    server: inputs.server_time,
    kill_switch: some(inputs.kill_switch),
    disarmed: some(inputs.disarmed),
    budget:
      inputs.budget ??
      (some(budgetOn) || some(budgetTs) !== undefined ? [budgetOn ?? false, budgetTs ?? null] : undefined),
    violation_ts: some(inputs.violation_ts),
    allocation: allocationOf(inputs),
    position:
      inputs.position ??
      (amount !== 0 || some(markUsd) !== undefined || some(positionTs) !== undefined
        ? [amount ?? null, markUsd ?? null, positionTs ?? null]
        : undefined),
    eff: hint,
    more: others(inputs as Inputs, hint ? ALL : ALL_BUT_HINT),
  };
}

/**
 * A decision as a record of version 2 writes it: everything from which it can be recomputed, nothing twice. Gates that
 * passed are not named, nor what of permit and block follows from the rest. `longRecord` reads it back.
 */
export function shortRecord(record: DecisionRecord): ShortRecord {
  const { plan_id, symbol, entry_id, decided_at, reason, limits, inputs, gates, block, permit } = record;
  const shadow = gates.flatMap(({ gate, mode, refused }) => (refused && mode === 'shadow' ? [gate] : []));
  const [hint, hintFields] = shortHintOf(inputs, permit) ?? [];
  const written = inputs as WrittenInputs;
  return {
    v: 2,
    plan_id,
    symbol,
    entry_id,
    decided_at,
    outcome: record.outcome as ShortRecord['outcome'],
    reason: reason === '' ? undefined : reason,
    limits,
    shadow: shadow.length === 0 ? undefined : shadow,
    inputs: shortInputs(written, entry_id, hint as ShortInputs['eff']),
    block: block && (others(block as Inputs, REFUSAL) ?? {}),
    permit: permit && others(permit as unknown as Inputs, hintFields ? GRANT_AND_HINT : GRANT),
    windows: windowsOf(written),
  };
}
