import { parseBoolean, parseJson, parseNumber } from '@quantum/redis-schemas';
import type { EntryFacts } from './facts.js';

/** What `quantum:stream:apply.result` says of a plan. */
export interface AppliedPlan {
  readonly planId: string;
  readonly isExecuted: boolean;
  /** In units of the asset; undefined where it is not stated. */
  readonly filledQty: number | undefined;
  /** Who wrote the entry. */
  readonly source: string;
  /** Why it was not executed, as stated; empty if it is not. */
  readonly error: string;
}

/**
 * Reads an entry: the intent executor nests the order as JSON in `details`, the Apply Layer writes flat fields.
 * Undefined without a plan's id.
 */
export function applyResultOf({ fields }: EntryFacts): AppliedPlan | undefined {
  const planId = fields['plan_id'] ?? '';
  if (planId === '') return undefined;
  const nested = parseJson(fields['details'] ?? '');
  const details = typeof nested === 'object' && nested !== null ? (nested as Readonly<Record<string, unknown>>) : {};
  const text = (name: string): string => {
    const value = details[name] ?? fields[name];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  };
  return {
    planId,
    isExecuted: parseBoolean(fields['executed']),
    filledQty: parseNumber(text('filled_qty')),
    source: text('source') || 'Apply Layer',
    error: text('error'),
  };
}
