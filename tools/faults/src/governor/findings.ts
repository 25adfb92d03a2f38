import type { DecisionRecord } from '@quantum/redis-schemas';
import type { Finding } from '../scenario.js';
import type { Stop } from './check-times.js';
import type { Entry } from './history.js';
import type { Limits } from './settings.js';

/** The kinds of faults that a history of the governor can have. */
export type GovernorFindingKind =
  | 'undecided'
  | 'bad_record'
  | 'wrong_record'
  | 'wrong_permit'
  | 'permit_without_record'
  | 'permit_differs'
  | 'consumed_twice'
  | 'permit_lost'
  | 'unfounded_refusal'
  | 'block_missing'
  | 'contradicting_block'
  | 'event_missing'
  | 'contradicting_event'
  | 'not_dead_lettered'
  | 'limit_exceeded'
  | 'window_mismatch'
  | 'daily_mismatch'
  | 'last_exec_mismatch'
  | 'inflight_left'
  | 'permit_after_stop'
  | 'permit_over_age'
  | 'dead_lettered'
  | 'pending';
export type GovernorFinding = Finding<GovernorFindingKind>;

export interface CheckOptions {
  /** Undefined if the governor's own counting was tampered with: then it is not checked. */
  limits?: Limits;
  /** Whether every permit must have reached its consumer: true if Redis itself lost nothing. */
  allConsumed: boolean;
  /** Stops that were set and not cleared; none by default. */
  stops?: readonly Stop[];
  /** Maximum age of a permitted plan, seconds; by default that of all scenarios. */
  planMaxAgeSec?: number;
  /** Whether every plan must have a permit or a refusal: true if nothing prevents a decision. */
  allAnswered?: boolean;
}

export type Report = (kind: GovernorFindingKind, text: string) => void;

/** A readable record, and its entry. */
export interface Decided {
  record: DecisionRecord;
  entry: Entry;
}
