import type { PlanFields } from './plans.js';

/** The contract's outcome for an entry of the plan stream. */
export type PlanKind = 'plan' | 'skipped' | 'garbage';

const NUMBER = /^\s*[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?\s*$/i;
const CLOSING: readonly string[] = ['FULL_CLOSE_PROPOSED', 'PARTIAL_75', 'PARTIAL_50', 'PARTIAL_25'];

/** A number as the contract writes it; NaN for anything else. */
export const numberOf = (text: string | undefined): number => {
  const value = text !== undefined && NUMBER.test(text) ? Number(text) : NaN;
  return Number.isFinite(value) ? value : NaN;
};

/** Whether a field is absent or empty. */
export const isBlank = (text: string | undefined): boolean => text === undefined || /^[ \t\r\n\f\v]*$/.test(text);

const isAmount = (text: string | undefined): boolean => isBlank(text) || numberOf(text) >= 0;

/** Classifies entries by the contract's rules, not by the governor's code. */
export function kindOf(fields: PlanFields): PlanKind {
  const { decision = '', plan_id: planId = '', symbol = '', qty, price } = fields;
  if (decision !== '' && decision !== 'EXECUTE') return 'skipped';
  const planIdOk = /^[\x21-\x7e]{1,128}$/.test(planId) && !/[{}]|^p33:|^p26:/.test(planId);
  const symbolOk = /^[^{}\p{Cc}\uFFFD]{1,64}$/u.test(symbol) && symbol.trim() === symbol;
  if (!planIdOk || !symbolOk) return 'garbage';
  if (!saysItCloses(fields) && !(isAmount(qty) && isAmount(price))) return 'garbage';
  return decision === '' ? 'skipped' : 'plan';
}

const isFlagged = (fields: PlanFields): boolean =>
  ['reduceOnly', 'reduce_only', 'closePosition'].some((name) =>
    ['true', '1'].includes((fields[name] ?? '').trim().toLowerCase()),
  );

const saysItCloses = (fields: PlanFields): boolean =>
  isFlagged(fields) || CLOSING.includes(fields['action'] ?? '') || fields['action'] === 'UPDATE_SL';

/** The plan's quantity, of a closing plan `close_qty` if it has one; 0 if there is no valid number. */
export function quantityOf(fields: PlanFields): number {
  const part = saysItCloses(fields) ? numberOf(fields['close_qty']) : NaN;
  return (part >= 0 ? part : Math.max(0, numberOf(fields['qty']))) || 0;
}

/** Whether a plan reduces risk. `held` is the position's amount, undefined if unknown. */
export function isClosing(fields: PlanFields, held: number | undefined): boolean {
  const larger = held !== undefined && quantityOf(fields) > Math.abs(held) * (1 + 1e-9);
  return saysItCloses(fields) && (!larger || isFlagged(fields) || fields['action'] === 'UPDATE_SL');
}
