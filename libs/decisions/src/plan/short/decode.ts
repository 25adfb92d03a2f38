import { entryIdMs } from '@quantum/redis-schemas';
import { GATE_FIELDS } from '@quantum/risk-gates';
import { hintFieldsOf, type ShortHint } from './hint.js';

type Fields = Readonly<Record<string, unknown>>;

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

/** The values of a group by their long names, from what is written under its short one; without it, nothing was found. */
function group(name: string, value: unknown, empty: Fields): Fields {
  if (value === undefined) return empty;
  if (value === 'unreadable') return { [name]: value };
  const values = list(value);
  return Object.fromEntries(Object.keys(empty).map((key, i) => [key, values[i] ?? null]));
}

const NO_BUDGET: Fields = { budget_enforce: false, budget_ts: null };
const NO_ALLOCATION: Fields = { allocation_enforce: false, allocation_ts: null, allocation_target_usd: null };
const NO_POSITION: Fields = { position_amt: 0, mark_price_usd: null, position_ts: null };

const given = (name: string, value: unknown): Fields => (value === undefined ? {} : { [name]: value });

function windowInputs(windows: unknown): Fields {
  if (windows === undefined) return {};
  const [lastExec, hour, burst, dayUsd, inFlightUsd] = list(windows);
  return {
    ...(lastExec === 'unreadable' && hour === null
      ? { window: 'unreadable' }
      : { last_exec: lastExec, exec_count_hour: hour, exec_count_5min: burst }),
    day_notional_usd: dayUsd,
    ...given('in_flight_usd', inFlightUsd),
  };
}

function planInputs(short: Fields, entryId: string): Fields {
  if (typeof short['server'] !== 'number') throw new MisshapenRecord('no time of the read');
  const fields = short['fields'] === undefined ? {} : object(short['fields']);
  return {
    action: short['action'],
    closing: short['closing'] ?? false,
    ...given('exceeds_position', short['exceeds']),
    ...given('side', short['side']),
    qty: short['qty'] ?? null,
    ...given('qty_text', short['qty_text']),
    price_usd: short['price'] ?? null,
    ...Object.fromEntries(GATE_FIELDS.map(([, { field }]) => [field, fields[field] ?? null])),
    ...fields,
    ...given('unreadable_fields', short['unreadable_fields']),
    submitted_at: short['submitted_at'] ?? entryIdMs(entryId) / 1000,
    plan_ts: short['plan_ts'] ?? null,
    server_time: short['server'],
    notional_usd: short['usd'] ?? null,
  };
}

function longInputs(short: Fields, windows: unknown, entryId: string): Fields {
  const eff = short['eff'];
  const [score, confidence, ts, reason] = eff === undefined ? [] : list(eff);
  return {
    ...planInputs(short, entryId),
    kill_switch: short['kill_switch'] ?? false,
    disarmed: short['disarmed'] ?? false,
    ...group('budget', short['budget'], NO_BUDGET),
    violation_ts: short['violation_ts'] ?? null,
    ...group('allocation', short['allocation'], NO_ALLOCATION),
    ...group('position', short['position'], NO_POSITION),
    ...windowInputs(windows),
    ...(eff !== undefined && { eff_score: score, eff_confidence: confidence, eff_ts: ts, eff_reason: reason }),
    ...(short['more'] === undefined ? {} : object(short['more'])),
  };
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
  const { reason = '', shadow = [], inputs: short, block, permit, windows, ...rest } = record;
  const { symbol, decided_at } = rest;
  const wouldBlock = list(shadow);
  const inputs = longInputs(object(short), windows, String(rest['entry_id']));
  return {
    ...rest,
    reason,
    gates: [
      ...wouldBlock.map((gate) => ({ gate, mode: 'shadow', refused: true })),
      ...(reason === '' ? [] : [{ gate: reason, mode: 'enforce', refused: true }]),
    ],
    inputs,
    ...(block !== undefined && { block: { reason, timestamp: decided_at, symbol, ...object(block) } }),
    ...(permit !== undefined && {
      permit: longPermit(object(permit), { symbol, decided_at, inputs, wouldBlock }, short as Fields),
    }),
  };
}

/**
 * A record's JSON value as programs read it, whatever its version: one of version 2 with its inputs under their long names, and with what
 * follows from them. Its `gates` are those that refused. Any other value is given back; undefined for one that says that it
 * is of version 2 and is not. Checks no more than it needs.
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
