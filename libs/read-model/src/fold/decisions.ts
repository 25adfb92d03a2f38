import { isClosing, notionalUsdOf, policyOfRecord, readRecord } from '@quantum/decisions';
import { fieldsOf, parseNumber, parsePlan, type DecisionRecord } from '@quantum/redis-schemas';
import { known } from '../number.js';
import type { CycleReadings, Entry } from '../readings.js';
import type { DecisionRow, HintRow } from '../snapshot/decisions.js';
import { MAX_DECISIONS } from '../snapshot/snapshot.js';
import { decisionSentence, wouldBlock } from '../words/decision.js';
import { addedSec, inOrder } from './entries.js';

/** A plan whose decision is awaited. */
interface Awaited {
  /** The plan's own action, cut. */
  readonly action: string;
  readonly addedSec: number;
  /** Cycles that have asked for its record. */
  readonly asked: number;
}

/** Decisions, and the plans that are not decided yet. */
export interface DecisionState {
  /** Newest first. */
  readonly rows: readonly DecisionRow[];
  /** By plan id, oldest first. */
  readonly awaited: ReadonlyMap<string, Awaited>;
}

export const NO_DECISIONS: DecisionState = { rows: [], awaited: new Map() };

/** Decisions after a cycle, and what it counted. */
export interface DecisionStep {
  readonly state: DecisionState;
  /** Newest first: those that this cycle found. */
  readonly found: readonly DecisionRow[];
  /** The plans' own decisions. */
  readonly plans: readonly string[];
  readonly undecided: number;
  readonly unreadable: number;
}

/** More plans than this are not awaited at once: the oldest is given up. */
const MAX_AWAITED = 2000;
/** Most records that a cycle reads. */
const MAX_READ = 500;
/**
 * A plan is given up when it has been asked for this often, and is this old, seconds: twice as old as any that is
 * decided.
 */
const MIN_ASKED = 3;
const MAX_WAIT_SEC = 120;

/** Ids of the plans whose records the next cycle is to read, oldest first. */
export const awaitedPlans = ({ awaited }: DecisionState): readonly string[] => [...awaited.keys()].slice(0, MAX_READ);

/** Folds plans and the records of their decisions. */
export function foldDecisions(before: DecisionState, { plans, records, nowSec }: CycleReadings): DecisionStep {
  const { entries, unreadable: withoutId } = inOrder(plans ?? []);
  const asked = answered(before.awaited, records ?? new Map<string, string | null>(), nowSec);
  const awaited = new Map(asked.awaited);
  const words = entries.map((entry) => takePlan(awaited, entry, nowSec));
  const surplus = [...awaited.keys()].slice(0, Math.max(0, awaited.size - MAX_AWAITED));
  for (const planId of surplus) awaited.delete(planId);
  const found = asked.found.sort((a, b) => b.decidedSec - a.decidedSec || (a.planId < b.planId ? -1 : 1));
  const rows = found.length === 0 ? before.rows : [...found, ...before.rows].slice(0, MAX_DECISIONS);
  return {
    state: { rows, awaited },
    found,
    plans: words,
    undecided: asked.undecided + surplus.length,
    unreadable: withoutId + asked.unreadable,
  };
}

/** Awaits a plan that asks for a permit. Returns the plan's own decision. */
function takePlan(awaited: Map<string, Awaited>, entry: Entry, nowSec: number): string {
  const fields = fieldsOf(entry.fields);
  const parsed = parsePlan(fields);
  if (parsed.kind === 'not_execute') return parsed.decision;
  if (parsed.kind === 'plan') {
    const { planId, action } = parsed.plan;
    if (!awaited.has(planId)) awaited.set(planId, { action: action.slice(0, 64), addedSec: addedSec(entry, nowSec), asked: 0 }); // prettier-ignore
  }
  return fields['decision'] === 'EXECUTE' ? 'EXECUTE' : 'other';
}

/** What the records say of the plans that were asked for. */
function answered(awaited: DecisionState['awaited'], records: ReadonlyMap<string, string | null>, nowSec: number) {
  const left = new Map<string, Awaited>();
  const found: DecisionRow[] = [];
  let [undecided, unreadable] = [0, 0];
  for (const [planId, plan] of awaited) {
    const text = records.get(planId);
    const record = typeof text === 'string' ? readRecord(text) : undefined;
    if (record) found.push(rowOf(record, plan.action));
    else if (typeof text === 'string') unreadable += 1;
    else if (text === null && plan.asked + 1 >= MIN_ASKED && nowSec - plan.addedSec > MAX_WAIT_SEC) undecided += 1;
    else left.set(planId, text === null ? { ...plan, asked: plan.asked + 1 } : plan);
  }
  return { awaited: left, found, undecided, unreadable };
}

/** A record as a row. A later version may have other fields: what is not as expected is left empty. */
function rowOf(record: DecisionRecord, action: string): DecisionRow {
  const { plan_id, symbol, entry_id, decided_at, outcome, reason, inputs, permit } = record;
  return {
    planId: plan_id.slice(0, 128),
    symbol: symbol.slice(0, 64),
    entryId: entry_id.slice(0, 64),
    decidedSec: decided_at,
    outcome,
    reason: reason.slice(0, 64),
    action,
    isClosing: isClosing(inputs),
    notionalUsd: known(notionalUsdOf(inputs)),
    hint: permit ? hintOf(permit) : null,
    wouldBlock: permit ? wouldBlock(permit) : [],
    policy: textOf(policyOfRecord(record)),
    limits: textOf(record.limits),
    words: decisionSentence(record).slice(0, 500),
  };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 64) : '');
const numberOf = (value: unknown): number | null => known(typeof value === 'string' ? parseNumber(value) : undefined);

const hintOf = (permit: NonNullable<DecisionRecord['permit']>): HintRow => ({
  action: textOf(permit.eff_action),
  factor: numberOf(permit.eff_factor),
  cooldownSec: numberOf(permit.extra_cooldown_sec),
  reason: textOf(permit.eff_reason),
  score: numberOf(permit.eff_score),
});
