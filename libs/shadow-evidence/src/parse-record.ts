import { longRecord } from '@quantum/decisions';
import { APPLY_MODES, HINT_ACTIONS, parseJson, type DecisionRecord } from '@quantum/redis-schemas';
import type { RecordingLine } from './recording.js';
import { hash53, Seen } from './seen.js';

type Fields = Readonly<Record<string, unknown>>;

const OUTCOMES: ReadonlySet<unknown> = new Set<DecisionRecord['outcome']>(['permit', 'refused', 'dead_letter', 'foreign']); // prettier-ignore
const MODES: ReadonlySet<unknown> = new Set(APPLY_MODES);
const ACTIONS: ReadonlySet<unknown> = new Set(HINT_ACTIONS);

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
const isText = (value: unknown): value is string => typeof value === 'string';
const isAbsentOr = (value: unknown, holds: (value: unknown) => boolean): boolean => value === undefined || holds(value);

/** Whether a value is what a record has as `inputs`. */
export function isInputs(value: unknown): boolean {
  if (!isObject(value) || Array.isArray(value)) return false;
  for (const name in value) if (isObject(value[name])) return false;
  return true;
}

const isPermit = (value: unknown): boolean =>
  isObject(value) &&
  Number.isFinite(value['computed_notional']) &&
  (value['computed_notional'] as number) >= 0 &&
  ACTIONS.has(value['eff_action']) &&
  isText(value['eff_factor']) &&
  /^\d+\.\d{4}$/.test(value['eff_factor']) &&
  isText(value['extra_cooldown_sec']) &&
  /^\d+$/.test(value['extra_cooldown_sec']) &&
  MODES.has(value['mode']) &&
  isAbsentOr(value['policy'], (policy) => isText(policy) && /^(?:[0-9a-f]{12})?$/.test(policy));

/**
 * Whether a value is a decision record as far as it is read here. By hand: the schema takes a tenth of a replay, and a
 * test holds this to it. Replay compares the rest as text, and looks for numbers and words among `inputs`; a JSON
 * object is neither.
 */
export const isRecord = (value: unknown): value is DecisionRecord =>
  isObject(value) &&
  (value['v'] === 1 || value['v'] === 2) &&
  isText(value['plan_id']) &&
  isText(value['symbol']) &&
  isText(value['entry_id']) &&
  Number.isFinite(value['decided_at']) &&
  OUTCOMES.has(value['outcome']) &&
  isText(value['reason']) &&
  isAbsentOr(value['limits'], (limits) => isText(limits) && /^[0-9a-f]{12}$/.test(limits)) &&
  Array.isArray(value['gates']) &&
  isInputs(value['inputs']) &&
  isAbsentOr(value['permit'], isPermit) &&
  isAbsentOr(value['block'], (block) => isObject(block) && isText(block['reason'])) &&
  isAbsentOr(value['error'], isText);

/**
 * Reads a recorded decision record; undefined where it is no JSON or no record of a version that this program knows.
 * Fields that it does not know are kept, and all of them in their order.
 */
export function parseRecord(json: string): DecisionRecord | undefined {
  const value = longRecord(parseJson(json));
  return isRecord(value) ? value : undefined;
}

/**
 * What tells one decision from another. A plan whose record had expired may be decided again, at another time. An
 * unreadable record has no time. All lines of one record have the same text, so a readable one of that plan is another
 * decision.
 */
export interface DecisionId {
  /** `hash53` of the plan's id. */
  hash: number;
  /** Unix seconds; NaN where the record is not readable. */
  decidedAtSec: number;
}

export const decisionIdOf = (planId: string, record: DecisionRecord | 'unreadable'): DecisionId => ({
  hash: hash53(planId),
  decidedAtSec: record === 'unreadable' ? NaN : record.decided_at,
});

/** The time of a decision in 32 bits of milliseconds, which repeat after 49 days. */
const markOf = ({ decidedAtSec }: DecisionId): number => Math.round(1000 * decidedAtSec);

/** Reads the decisions of a recording, each once: a record may be in several lines. */
export class Decisions {
  readonly #plans = new Seen();

  /** Undefined for another line, and for a decision that was read before. */
  read(line: RecordingLine): DecisionRecord | 'unreadable' | undefined {
    if (line.kind !== 'decision') return undefined;
    const record = parseRecord(line.json) ?? 'unreadable';
    return this.take(decisionIdOf(line.plan_id, record)) ? record : undefined;
  }

  /** Takes a decision down. @returns whether it was not read before */
  take(id: DecisionId): boolean {
    return this.#plans.isNewHash(id.hash, id.decidedAtSec, markOf(id));
  }

  /** Whether `take` would take it down as one that was not read before. */
  isNew(id: DecisionId): boolean {
    return this.#plans.wouldBeNew(id.hash, markOf(id));
  }

  /** Whether a decision of a plan was read. */
  has(planId: string): boolean {
    return this.#plans.has(planId);
  }
}
