import { CLOSING_ACTIONS, SKIPPED_DECISIONS, STOP_UPDATE_ACTION, type SkippedDecision } from './codes.js';
import { jsonNumber, parseBoolean, parseLongNumber } from './text.js';

/** A plan of the Apply Layer that asks for a permit. */
export interface Plan {
  planId: string;
  symbol: string;
  action: string;
  /** Whether the plan reduces risk: a closing action, a flag, or a stop update. All others open. */
  closing: boolean;
  /** Whether only its action makes it a closing plan. If larger than the known position it counts as an open. */
  closesByActionOnly: boolean;
  /** Whether the plan only changes a stop. Such a plan trades nothing, and neither counts nor stamps. */
  stopUpdate: boolean;
  /** Direction of the trade; undefined if the plan does not state it (absent, CLOSE, or an unknown word). */
  side: 'buy' | 'sell' | undefined;
  /** In units of the asset, >= 0. For a closing plan, its `close_qty` if present. Undefined if absent or empty. */
  qty: number | undefined;
  /** The same quantity with the plan's own digits, as a JSON number: a double may round it up. */
  qtyText: string | undefined;
  /** USD, > 0: `price`, else `entry_price`. Undefined if absent, empty or 0. */
  priceUsd: number | undefined;
  /** USD, > 0, as the plan states it; undefined if absent or empty. 0 is unreadable: it would add nothing. */
  statedNotionalUsd: number | undefined | 'unreadable';
  /** Creation time of the plan as it states it, unix seconds; undefined if absent or not a number. */
  timestampSec: number | undefined;
  /** Names of the fields that held something other than an amount and count as absent. */
  unreadableFields: readonly string[];
  /** The whole entry, for what gates and decorators read of it beyond this. */
  fields: PlanFieldTexts;
}

/** Fields of a plan's entry by name, as published. */
export type PlanFieldTexts = Readonly<Record<string, string>>;

/** What keeps an entry from being a plan. It goes to the dead-letter stream under this reason. */
export type PlanProblem = 'invalid_plan_id' | 'invalid_symbol' | 'invalid_qty' | 'invalid_price';

/** The parsed form of an entry of the plan stream. */
export type ParsedPlanEntry =
  | { kind: 'plan'; plan: Plan }
  /** Its decision is not EXECUTE. Acknowledged and counted, nothing else. */
  | { kind: 'not_execute'; decision: SkippedDecision }
  | { kind: 'invalid'; reason: PlanProblem; error: string };

const PLAN_ID = /^(?!p33:|p26:)[!-z|~]{1,128}$/; // printable ASCII without blanks and braces
// U+FFFD replaces bytes that are not UTF-8. Such a name cannot be read and names no symbol.
const SYMBOL = /^(?!\s)[^{}\p{Cc}\uFFFD]{1,64}(?<!\s)$/u;
/**
 * Whether a text is a symbol: 1 to 64 characters without braces and control characters, and no blanks at either end.
 */
export const isSymbol = (text: string): boolean => SYMBOL.test(text);

const CLOSING: ReadonlySet<string> = new Set(CLOSING_ACTIONS);
const CLOSING_FLAGS = ['reduceOnly', 'reduce_only', 'closePosition'] as const;
const SIDES: ReadonlyMap<string, 'buy' | 'sell'> = new Map([
  ['BUY', 'buy'],
  ['LONG', 'buy'],
  ['SELL', 'sell'],
  ['SHORT', 'sell'],
]);

/**
 * Parses a plan entry's fields. Total: any fields give a value. Numbers may have any length: a permit keeps the digits
 * of its plan, and an entry of more than 16 MiB is not read.
 */
export function parsePlan(fields: PlanFieldTexts): ParsedPlanEntry {
  const decision = fields['decision'] ?? '';
  if (decision !== '' && decision !== 'EXECUTE') return { kind: 'not_execute', decision: knownDecision(decision) };

  const planId = fields['plan_id'] ?? '';
  if (!PLAN_ID.test(planId)) {
    return invalid(
      'invalid_plan_id',
      'plan_id must be 1 to 128 printable ASCII characters without blanks and braces, and must not begin with p33: or p26:',
    );
  }
  const symbol = fields['symbol'] ?? '';
  if (!isSymbol(symbol)) {
    return invalid(
      'invalid_symbol',
      'symbol must be 1 to 64 characters without braces, control characters, and blanks at either end',
    );
  }
  const kind = kindOf(fields);
  const amounts = amountsOf(fields, kind.closing);
  const { unreadableFields } = amounts;
  if (!kind.closing && unreadableFields.includes('qty')) {
    return invalid('invalid_qty', 'qty must be a non-negative number where present');
  }
  if (!kind.closing && unreadableFields.includes('price')) {
    return invalid('invalid_price', 'price must be a non-negative number where present');
  }
  if (decision === '') return { kind: 'not_execute', decision: 'other' };

  const plan: Plan = {
    planId,
    symbol,
    ...kind,
    side: SIDES.get((fields['side'] ?? '').trim().toUpperCase()),
    ...amounts,
    timestampSec: parseLongNumber(fields['timestamp']),
    fields,
  };
  return { kind: 'plan', plan };
}

/** The number in a plan's field; undefined if absent or blank, `unreadable` if it is something else. */
export const planNumber = (text: string | undefined): number | undefined | 'unreadable' =>
  isBlank(text) ? undefined : (parseLongNumber(text) ?? 'unreadable');

function kindOf(fields: PlanFieldTexts): Pick<Plan, 'action' | 'closing' | 'closesByActionOnly' | 'stopUpdate'> {
  const action = fields['action'] ?? '';
  const stopUpdate = action === STOP_UPDATE_ACTION;
  const isFlagged = CLOSING_FLAGS.some((name) => parseBoolean(fields[name]));
  const closesByActionOnly = CLOSING.has(action) && !isFlagged;
  return { action, closing: closesByActionOnly || isFlagged || stopUpdate, closesByActionOnly, stopUpdate };
}

type Amounts = Pick<Plan, 'qty' | 'qtyText' | 'priceUsd' | 'statedNotionalUsd' | 'unreadableFields'>;

function amountsOf(fields: PlanFieldTexts, closing: boolean): Amounts {
  const unreadableFields: string[] = [];
  /** The text of a non-negative number; undefined if absent. */
  const amountText = (name: string): string | undefined => {
    const text = fields[name];
    if (isBlank(text)) return undefined;
    if ((parseLongNumber(text) ?? -1) >= 0) return text;
    unreadableFields.push(name);
    return undefined;
  };
  const priceOf = (name: string): number | undefined => parseLongNumber(amountText(name)) || undefined; // A price of 0 counts as absent.
  const qty = (closing ? amountText('close_qty') : undefined) ?? amountText('qty');
  const priceUsd = priceOf('price') ?? priceOf('entry_price');
  const stated = parseLongNumber(amountText('notional_usd'));
  if (stated === 0) unreadableFields.push('notional_usd');
  return {
    qty: parseLongNumber(qty),
    qtyText: jsonNumber(qty),
    priceUsd,
    statedNotionalUsd: unreadableFields.includes('notional_usd') ? 'unreadable' : stated,
    unreadableFields,
  };
}

const isBlank = (text: string | undefined): boolean => text === undefined || /^[ \t\r\n\f\v]*$/.test(text);

const invalid = (reason: PlanProblem, error: string): ParsedPlanEntry => ({ kind: 'invalid', reason, error });

const knownDecision = (text: string): SkippedDecision => SKIPPED_DECISIONS.find((known) => known === text) ?? 'other';
