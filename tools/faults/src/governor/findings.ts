import type { DecisionRecord } from '@quantum/redis-schemas';
import type { Finding } from '../scenario.js';
import type { Stop } from './check-times.js';
import type { Entry } from './history.js';
import type { Limits } from './settings.js';

/** What can be wrong with a history of the governor. */
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
  /** Undefined where the governor's own counting was tampered with, so that it cannot be held to it. */
  limits?: Limits;
  /** Whether every permit must have reached its consumer: where Redis itself lost nothing. */
  allConsumed: boolean;
  /** Stops that were set and stayed; none by default. */
  stops?: readonly Stop[];
  /** The greatest age of a plan that is permitted, seconds; by default that of all scenarios. */
  planMaxAgeSec?: number;
  /** Whether every plan must have a permit or a refusal: where nothing that a plan does, or is, keeps it from one. */
  allAnswered?: boolean;
}

/** Takes a finding. */
export type Report = (kind: GovernorFindingKind, text: string) => void;

/** A record that could be read, and the entry that it is of. */
export interface Decided {
  record: DecisionRecord;
  entry: Entry;
}
