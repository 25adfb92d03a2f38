import type { Finding } from '../scenario.js';

export type RolloutFindingKind =
  | 'outlives'
  | 'wrong_value'
  | 'older_fence'
  | 'counts_anyway'
  | 'exposure_rose'
  | 'renewed'
  | 'lapsed'
  | 'key_left'
  | 'broken_audit'
  | 'broken_state'
  | 'not_baked'
  | 'period_twice'
  | 'target_written'
  | 'uncounted'
  | 'wrong_answer'
  | 'unconfirmed';
export type RolloutFinding = Finding<RolloutFindingKind>;
