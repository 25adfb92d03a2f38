import { readRecord } from '@quantum/decisions';
import { errorKind, isDenied, type Reply, type StreamEntry } from '@quantum/redis-io';
import { decidedKey, type DecisionRecord } from '@quantum/redis-schemas';
import type { PlanEntry } from '@quantum/plan-loop';
import type { DeadLetter, UndecidedPlan } from './intake/plan-entry.js';
import type { DecisionTally } from './observe/decision-tally.js';
import type { GovernorTelemetry } from './observe/telemetry.js';
import type { CommittedDecision } from './record/finish.js';
import type { Recorded } from './record/record-all.js';

/** A decision that is not recorded yet. */
export interface Draft extends Pick<UndecidedPlan, 'entry' | 'plan'> {
  record: DecisionRecord;
  /** Until when it may grant a permit, unix milliseconds of the server that holds the record. */
  deadlineMs: number;
  /** Whether it holds a reservation, which is to be settled. */
  isReserved: boolean;
  /** Time that deciding took, in process. */
  spentMs: number;
  /** Whether the windows had counted the plan before, maybe with another sum. */
  again: boolean;
}

export interface Decided {
  /** Decisions that are recorded, to be finished. */
  committed: readonly CommittedDecision[];
  letters: readonly DeadLetter[];
  /** Ids that may be acknowledged already. */
  done: readonly string[];
  putOff: readonly StreamEntry[];
}

export type Ending =
  /** A decision was recorded before this attempt: its JSON. */
  | { kind: 'existing'; plan: PlanEntry; json: string }
  /** The server gave no answer on which a decision could rest. */
  | { kind: 'unanswered'; plan: PlanEntry; error: Error }
  /** Nothing was granted or counted. */
  | { kind: 'late'; plan: PlanEntry }
  /** The same, as a kill key or the latch had changed. */
  | { kind: 'changed'; plan: PlanEntry }
  /** Another governor's permit was found while recording; the JSON of the record that says so. */
  | { kind: 'foreign'; plan: PlanEntry; json: string }
  /** The decision of this attempt is recorded; `stamped` as in `Recorded`. */
  | { kind: 'recorded'; draft: Draft; stamped: Reply | undefined };

/** How an attempt ended by what recording its decision gave. */
export function endingOf(draft: Draft, found: Recorded): Ending {
  switch (found.kind) {
    case 'unanswered':
      return { kind: 'unanswered', plan: draft, error: found.error };
    case 'late':
    case 'changed':
      return { kind: found.kind, plan: draft };
    case 'recorded':
      return { kind: 'recorded', draft, stamped: found.stamped };
    case 'foreign':
    case 'existing':
      return { kind: found.kind, plan: draft, json: found.record };
  }
}

export interface Attempt extends Decided {
  /** Plans whose state is to be read again. */
  late: readonly PlanEntry[];
  /** Plans whose state is to be read again, with the switches that hold now. */
  changed: readonly PlanEntry[];
  /** Plans whose state is to be read when the exits beside them are decided. */
  behind: readonly PlanEntry[];
}

/**
 * Puts together what parts of a batch gave. Every field is named: to an object that was spread, V8 adds a field by a
 * hidden class of that object's own, which keeps memory until the next full garbage collection.
 */
export const joined = (parts: readonly Partial<Attempt>[]): Attempt => ({
  committed: parts.flatMap(({ committed = [] }) => committed),
  letters: parts.flatMap(({ letters = [] }) => letters),
  done: parts.flatMap(({ done = [] }) => done),
  putOff: parts.flatMap(({ putOff = [] }) => putOff),
  late: parts.flatMap(({ late = [] }) => late),
  changed: parts.flatMap(({ changed = [] }) => changed),
  behind: parts.flatMap(({ behind = [] }) => behind),
});

export interface SettleContext {
  telemetry: GovernorTelemetry;
  tally: DecisionTally;
  maxDeliveries: number;
}

/** Counts how attempts at plans ended, and says what follows. */
export function settle(endings: readonly Ending[], context: SettleContext): Attempt {
  return joined(endings.map((ending) => settleOne(ending, context)));
}

function settleOne(ending: Ending, { telemetry, tally, maxDeliveries }: SettleContext): Partial<Attempt> {
  switch (ending.kind) {
    case 'existing':
      return settleExisting(ending.plan, ending.json, { telemetry, tally });
    case 'unanswered':
      telemetry.error('unanswered', ending.error);
      return unanswered(ending.plan.entry, ending.error, maxDeliveries);
    case 'late':
      telemetry.error('late');
      return { late: [ending.plan] };
    case 'changed':
      telemetry.error('late');
      return { changed: [ending.plan] };
    case 'foreign': {
      telemetry.error('foreign_permit');
      const record = readRecord(ending.json);
      return record ? { committed: [{ ...ending.plan, record }] } : {};
    }
    case 'recorded': {
      const { entry, plan, record, spentMs, again } = ending.draft;
      tally.recorded(record, spentMs);
      const effects = again || !ending.stamped ? undefined : [ending.stamped];
      return { committed: [{ entry, plan, record, effects }] };
    }
  }
}

/**
 * Settles a plan whose decision is already recorded. An unreadable one may be a grant: it is not decided again, but
 * dead-lettered.
 */
function settleExisting(
  { entry, plan }: PlanEntry,
  json: string,
  { telemetry, tally }: Pick<SettleContext, 'telemetry' | 'tally'>,
): Partial<Attempt> {
  const record = readRecord(json);
  if (!record) {
    telemetry.error('invalid_record');
    const error = `the decision record ${decidedKey(plan.planId)} is not one of ours; the plan was not decided again`;
    return { letters: [{ entry, reason: 'invalid_record', error }] };
  }
  tally.found(record);
  telemetry.duplicate();
  return { committed: [{ entry, plan, record }] };
}

/**
 * The entry stays pending. But where the server refuses the record's key, no attempt will ever succeed, and after
 * the last one the entry is dead-lettered without a record. A right that is missing for all plans is another matter:
 * exits must be decided once it is granted.
 */
function unanswered(entry: StreamEntry, error: Error, maxDeliveries: number): Partial<Attempt> {
  if (errorKind(error) !== 'key' || isDenied(error)) return { putOff: [entry] };
  if (entry.deliveries <= maxDeliveries) return {};
  return { letters: [{ entry, reason: 'max_deliveries', error: error.message }] };
}
