import { entryIdMs, type ShortInputs } from '@quantum/redis-schemas';
import { GATE_FIELDS } from '@quantum/risk-gates';
import { HINT_INPUTS, INPUT_NAMES, type ReadInputs } from '../inputs/schema.js';
import { hintFieldsOf, type ShortHint } from './hint.js';

type Fields = Readonly<Record<string, unknown>>;
type InputName = keyof ReadInputs;
type Inputs = { [Name in InputName]?: unknown };

/** A record that is not as version 2 writes it. */
class MisshapenRecord extends TypeError {
  override name = 'MisshapenRecord';
}

function object(value: unknown): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new MisshapenRecord('no object');
  return value as Fields;
}

function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new MisshapenRecord('no list');
  return value as unknown[];
}

/** The long names of values that are written under a short one. */
const NAMES: ReadonlyMap<string, InputName> = new Map(
  Object.entries<InputName>({
    action: 'action',
    closing: 'closing',
    exceeds: 'exceeds_position',
    side: 'side',
    qty: 'qty',
    qty_text: 'qty_text',
    price: 'price_usd',
    usd: 'notional_usd',
    unreadable_fields: 'unreadable_fields',
    submitted_at: 'submitted_at',
    plan_ts: 'plan_ts',
    server: 'server_time',
    kill_switch: 'kill_switch',
    disarmed: 'disarmed',
    violation_ts: 'violation_ts',
  } satisfies Partial<Record<keyof ShortInputs, InputName>>),
);
/** The long names of values that are one list under a short name. */
const GROUPS: ReadonlyMap<string, readonly InputName[]> = new Map(
  Object.entries<readonly InputName[]>({
    budget: ['budget_enforce', 'budget_ts'],
    allocation: ['allocation_enforce', 'allocation_ts', 'allocation_target_usd', 'allocation_base_usd', 'allocation_multiplier', 'allocation_multiplier_why'], // prettier-ignore
    position: ['position_amt', 'mark_price_usd', 'position_ts'],
    eff: HINT_INPUTS,
  } satisfies Partial<Record<keyof ShortInputs, readonly InputName[]>>),
);
const WINDOWS: readonly InputName[] = ['last_exec', 'exec_count_hour', 'exec_count_5min', 'day_notional_usd', 'in_flight_usd']; // prettier-ignore

/**
 * All inputs, as they are where a record has nothing of them. Copied: to add name by name takes three times as long.
 */
const NO_INPUTS: Inputs = {
  ...Object.fromEntries(INPUT_NAMES.map((name) => [name, undefined])),
  ...Object.fromEntries(GATE_FIELDS.map(([, { field }]) => [field, null])),
  closing: false,
  qty: null,
  price_usd: null,
  plan_ts: null,
  notional_usd: null,
  kill_switch: false,
  disarmed: false,
  budget_enforce: false,
  budget_ts: null,
  violation_ts: null,
  allocation_enforce: false,
  allocation_ts: null,
  allocation_target_usd: null,
  position_amt: 0,
  mark_price_usd: null,
  position_ts: null,
};

/** Sets the values of a list under their long names. A list that ends before says nothing of the others. */
function setGroup(inputs: Inputs, name: string, names: readonly InputName[], value: unknown): void {
  const isUnreadable = value === 'unreadable' && names !== HINT_INPUTS;
  if (isUnreadable) Object.assign(inputs, { [name]: value });
  const values = isUnreadable ? undefined : list(value);
  for (let i = 0; i < names.length; i += 1)
    inputs[names[i] as InputName] = values && (i < values.length ? (values[i] ?? null) : undefined);
}

function setWindows(inputs: Inputs, windows: unknown): void {
  const values = list(windows);
  if (values[0] === 'unreadable' && values[1] === null) {
    inputs.window = 'unreadable';
    for (let i = 3; i < WINDOWS.length; i += 1) inputs[WINDOWS[i] as InputName] = values[i];
  } else for (let i = 0; i < WINDOWS.length; i += 1) inputs[WINDOWS[i] as InputName] = values[i];
}

/** The inputs under their long names; undefined where they say nothing. */
function longInputs(short: Fields, windows: unknown, entryId: string): Inputs {
  if (typeof short['server'] !== 'number') throw new MisshapenRecord('no time of the read');
  const inputs = { ...NO_INPUTS };
  for (const name in short) {
    const value = short[name];
    const long = NAMES.get(name);
    const names = long === undefined ? GROUPS.get(name) : undefined;
    if (long !== undefined) inputs[long] = value;
    else if (names) setGroup(inputs, name, names, value);
    else if (name === 'fields' || name === 'more') Object.assign(inputs, object(value));
  }
  inputs.submitted_at ??= entryIdMs(entryId) / 1000;
  if (windows !== undefined) setWindows(inputs, windows);
  return inputs;
}

function hintIn(short: Fields): object {
  const eff = short['eff'];
  if (eff === undefined) return {};
  const [score, confidence] = list(eff);
  for (const value of [score, confidence])
    if (value !== null && typeof value !== 'number') throw new MisshapenRecord('no number');
  return hintFieldsOf(eff as ShortHint);
}

function longPermit(permit: Fields, { symbol, decided_at, inputs, wouldBlock }: Fields, short: Fields): Fields {
  const { mode, ...others } = permit;
  const { qty, notional_usd } = inputs as Fields;
  return {
    granted: true,
    symbol,
    decision: 'EXECUTE',
    computed_qty: qty ?? 0,
    computed_notional: notional_usd ?? 0,
    created_at: decided_at,
    consumed: false,
    would_block: wouldBlock,
    mode,
    ...hintIn(short),
    ...others,
  };
}

/** @throws MisshapenRecord */
function long(record: Fields): Fields {
  const { v, plan_id, symbol, entry_id, decided_at, outcome, reason = '', limits, shadow = [], windows } = record;
  const [short, wouldBlock] = [object(record['inputs']), list(shadow)];
  const inputs = longInputs(short, windows, String(entry_id));
  const gates = wouldBlock.map((gate) => ({ gate, mode: 'shadow', refused: true }));
  if (reason !== '') gates.push({ gate: reason, mode: 'enforce', refused: true });
  const block = record['block'] && { reason, timestamp: decided_at, symbol, ...object(record['block']) };
  const permit = record['permit'] && longPermit(object(record['permit']), { symbol, decided_at, inputs, wouldBlock }, short); // prettier-ignore
  return { v, plan_id, symbol, entry_id, decided_at, outcome, reason, limits, gates, inputs, block, permit };
}

/**
 * A record's JSON value as programs read it, whatever its version: one of version 2 with its inputs under their long
 * names, and with what follows from them, undefined where they say nothing. Its `gates` are those that refused. Any
 * other value is given back; undefined for one that says that it is of version 2 and is not. Checks no more than it
 * needs.
 */
export function longRecord(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || (value as Fields)['v'] !== 2) return value;
  try {
    return long(value as Fields);
  } catch (error) {
    if (error instanceof MisshapenRecord) return undefined;
    throw error;
  }
}
