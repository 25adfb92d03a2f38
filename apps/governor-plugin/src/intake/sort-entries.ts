import type { StreamEntry } from '@quantum/redis-io';
import { fieldsOf, parsePlan, type SkippedDecision } from '@quantum/redis-schemas';
import type { PlanEntry } from '@quantum/plan-loop';
import type { DeadLetter } from './plan-entry.js';

/** What the entries of a batch are. */
export interface SortedEntries {
  plans: PlanEntry[];
  /** Entries whose decision is not EXECUTE: they are done with. */
  skipped: { id: string; decision: SkippedDecision }[];
  letters: DeadLetter[];
}

/** Separates plans from entries that are not plans. */
export function sortEntries(entries: readonly StreamEntry[]): SortedEntries {
  const sorted: SortedEntries = { plans: [], skipped: [], letters: [] };
  for (const entry of entries) {
    if (entry.unreadBytes !== undefined) {
      const error = `an entry of ${entry.unreadBytes} bytes, which are not read`;
      sorted.letters.push({ entry, reason: 'too_large', error });
      continue;
    }
    const parsed = parsePlan(fieldsOf(entry.fields));
    if (parsed.kind === 'plan') sorted.plans.push({ entry, plan: parsed.plan });
    else if (parsed.kind === 'not_execute') sorted.skipped.push({ id: entry.id, decision: parsed.decision });
    else sorted.letters.push({ entry, reason: parsed.reason, error: parsed.error });
  }
  return sorted;
}
