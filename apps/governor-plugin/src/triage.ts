import { candidateOf, deadLetterRecord, foreignRecord, type DecisionSettings } from '@quantum/decisions';
import type { DecisionRecord } from '@quantum/redis-schemas';
import type { Draft, Ending } from './endings.js';
import type { PlanEntry } from '@quantum/plan-loop';
import type { UndecidedPlan } from './intake/plan-entry.js';
import type { PlanReading } from './state/read-state.js';

/**
 * What the state of a plan makes of it: the end of the attempt, a decision that needs no gate, or a plan to be decided.
 */
export interface Triage {
  ending?: Ending;
  draft?: Draft;
  candidate?: UndecidedPlan;
}

/** @param maxDeliveries a plan that was delivered more often without success is a dead letter */
export function triage(
  plan: PlanEntry,
  reading: PlanReading,
  { nowSec, settings }: { nowSec: number; settings: DecisionSettings },
  maxDeliveries: number,
): Triage {
  const { deliveries } = plan.entry;
  if (reading.kind === 'behind') return {};
  if (reading.kind === 'unanswered') return { ending: { kind: 'unanswered', plan, error: reading.error } };
  if (reading.kind === 'decided') return { ending: { kind: 'existing', plan, json: reading.record } };
  const candidate = candidateOf(plan, reading.state, nowSec, settings.limits);
  if (reading.kind === 'foreign_permit')
    return { draft: withoutGrant(plan, foreignRecord(candidate, nowSec, settings)) };
  if (deliveries <= maxDeliveries) return { candidate };
  const error = `delivered ${deliveries} times without success`;
  return { draft: withoutGrant(plan, deadLetterRecord(plan, nowSec, settings, error)) };
}

/** The draft of a decision that no gate made. */
const withoutGrant = ({ entry, plan }: PlanEntry, record: DecisionRecord): Draft => ({
  entry,
  plan,
  record,
  deadlineMs: 0, // grants nothing
  isReserved: false,
  spentMs: 0,
  again: false,
});
