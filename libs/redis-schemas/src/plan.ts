import { CLOSING_ACTIONS, STOP_UPDATE_ACTION, type DeadletterReason } from './reasons.js';
import { parseBoolean, parseNumber } from './text.js';

/** A plan of the Apply Layer that asks for a permit. */
export interface Plan {
  planId: string;
  symbol: string;
  action: string;
  /** Whether the plan reduces risk: a closing action, or `reduceOnly`. All others open. */
  closing: boolean;
  /** Whether the plan only changes a stop: it trades nothing, and counts and stamps nothing. */
  stopUpdate: boolean;
  /** Direction of the trade; undefined where the plan does not say it (absent, CLOSE, or an unknown word). */
  side: 'buy' | 'sell' | undefined;
  /** Undefined if absent or empty. */
  qty: number | undefined;
  /** USD, undefined if absent or empty. */
  priceUsd: number | undefined;
  /** Undefined if absent or no number. */
  killScore: number | undefined;
}

/** What an entry of the plan stream turned out to be. */
export type PlanEntry =
  | { kind: 'plan'; plan: Plan }
  /** Its decision is not EXECUTE: acknowledged and counted, no more. */
  | { kind: 'not_execute'; decision: 'SKIP' | 'BLOCKED' | 'ERROR' | 'other' }
  | { kind: 'invalid'; reason: DeadletterReason; error: string };

const PLAN_ID = /^[!-z|~]{1,128}$/; // printable ASCII without blanks and braces
// U+FFFD is what bytes that are not UTF-8 decode to: a name that could not be read names no symbol.
const SYMBOL = /^[^{}\p{Cc}\uFFFD]{1,64}$/u;
const CLOSING: ReadonlySet<string> = new Set(CLOSING_ACTIONS);

const SIDES: ReadonlyMap<string, 'buy' | 'sell'> = new Map([
  ['BUY', 'buy'],
  ['LONG', 'buy'],
  ['SELL', 'sell'],
  ['SHORT', 'sell'],
]);

/** Reads a plan entry's fields. Total: whatever the fields hold, the answer is a value. */
export function parsePlan(fields: Readonly<Record<string, string>>): PlanEntry {
  const decision = fields['decision'] ?? '';
  if (decision !== '' && decision !== 'EXECUTE') return { kind: 'not_execute', decision: knownDecision(decision) };

  const planId = fields['plan_id'] ?? '';
  if (!PLAN_ID.test(planId)) {
    return invalid('invalid_plan_id', 'plan_id must be 1 to 128 printable ASCII characters without blanks and braces');
  }
  const symbol = fields['symbol'] ?? '';
  if (!SYMBOL.test(symbol)) {
    return invalid('invalid_symbol', 'symbol must be 1 to 64 characters without braces and control characters');
  }
  const qty = optionalAmount(fields['qty']);
  if (qty === 'invalid') return invalid('invalid_qty', 'qty must be a non-negative number where present');
  const priceUsd = optionalAmount(fields['price']);
  if (priceUsd === 'invalid') return invalid('invalid_price', 'price must be a non-negative number where present');
  if (decision === '') return { kind: 'not_execute', decision: 'other' };

  const action = fields['action'] ?? '';
  const stopUpdate = action === STOP_UPDATE_ACTION;
  const closing = CLOSING.has(action) || parseBoolean(fields['reduceOnly']) || stopUpdate;
  const side = SIDES.get((fields['side'] ?? '').trim().toUpperCase());
  return {
    kind: 'plan',
    plan: {
      planId,
      symbol,
      action,
      closing,
      stopUpdate,
      side,
      qty,
      priceUsd,
      killScore: parseNumber(fields['kill_score']),
    },
  };
}

const invalid = (reason: DeadletterReason, error: string): PlanEntry => ({ kind: 'invalid', reason, error });

/** A non-negative number; undefined where the text is absent or blank. */
function optionalAmount(text: string | undefined): number | undefined | 'invalid' {
  if (text === undefined || text.trim() === '') return undefined;
  const value = parseNumber(text);
  return value === undefined || value < 0 ? 'invalid' : value;
}

const knownDecision = (text: string): 'SKIP' | 'BLOCKED' | 'ERROR' | 'other' =>
  text === 'SKIP' || text === 'BLOCKED' || text === 'ERROR' ? text : 'other';
