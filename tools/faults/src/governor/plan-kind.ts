import type { PlanFields } from './plans.js';

/** What the contract says that is to become of an entry of the plan stream. */
export type PlanKind = 'plan' | 'skipped' | 'garbage';

const NUMBER = /^\s*[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?\s*$/i;
const CLOSING: readonly string[] = ['FULL_CLOSE_PROPOSED', 'PARTIAL_75', 'PARTIAL_50', 'PARTIAL_25'];

/** A number as the contract writes it; NaN for all else. */
export const numberOf = (text: string | undefined): number => {
  const value = text !== undefined && NUMBER.test(text) ? Number(text) : NaN;
  return Number.isFinite(value) ? value : NaN;
};

const isAmount = (text: string | undefined): boolean => text === undefined || text.trim() === '' || numberOf(text) >= 0;

/** Tells entries apart by the contract's words, not by the governor's code. */
export function kindOf(fields: PlanFields): PlanKind {
  const { decision = '', plan_id: planId = '', symbol = '', qty, price } = fields;
  if (decision !== '' && decision !== 'EXECUTE') return 'skipped';
  const planIdOk = /^[\x21-\x7e]{1,128}$/.test(planId) && !/[{}]/.test(planId);
  const symbolOk = /^[^{}\p{Cc}\uFFFD]{1,64}$/u.test(symbol);
  if (!planIdOk || !symbolOk || !isAmount(qty) || !isAmount(price)) return 'garbage';
  return decision === '' ? 'skipped' : 'plan';
}

/** Whether a plan reduces risk. */
export const isClosing = ({ action = '', reduceOnly = '' }: PlanFields): boolean =>
  CLOSING.includes(action) || ['true', '1'].includes(reduceOnly.trim().toLowerCase());
