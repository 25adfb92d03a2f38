/** Every code that a decision can carry; gates' codes are their names. A retired code is never used again. */

/** Why an efficiency reading counts or does not. The first that holds, in this order, wins. */
export const EFFICIENCY_REASONS = ['redis_error', 'missing_eff', 'invalid_eff', 'stale_eff', 'low_conf', 'ok'] as const;
export type EfficiencyReason = (typeof EFFICIENCY_REASONS)[number];

/** Why a symbol got no proposal. */
export const SKIP_REASONS = ['no_target', 'invalid_target', 'redis_error', 'bad_name'] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

/** The effect of a gate's refusal: it decides, it is only counted, or the gate is off. */
export const GATE_MODES = ['enforce', 'shadow', 'off'] as const;
export type GateMode = (typeof GATE_MODES)[number];

/** The efficiency hint's action. None of them blocks. */
export const HINT_ACTIONS = ['NONE', 'DOWNSIZE'] as const;
export type HintAction = (typeof HINT_ACTIONS)[number];

/** Why a plan entry went to the dead-letter stream. */
export const DEADLETTER_REASONS = [
  'invalid_plan_id',
  'invalid_symbol',
  'invalid_qty',
  'invalid_price',
  'max_deliveries',
  'too_large',
  'invalid_record',
] as const;
export type DeadletterReason = (typeof DEADLETTER_REASONS)[number];

/** Events of the governor's event stream. */
export const GOVERNOR_EVENTS = ['PLAN_REFUSED', 'AUTO_DISARM', 'DEAD_LETTER', 'PLANS_LOST'] as const;
export type GovernorEvent = (typeof GOVERNOR_EVENTS)[number];

/** Actions that reduce risk; all others open. */
export const CLOSING_ACTIONS = ['FULL_CLOSE_PROPOSED', 'PARTIAL_75', 'PARTIAL_50', 'PARTIAL_25'] as const;

/** The action that only changes a stop. It is permitted as a close, trades nothing, and neither counts nor stamps. */
export const STOP_UPDATE_ACTION = 'UPDATE_SL';

/** The governor's own safety modes. */
export const APPLY_MODES = ['dry_run', 'testnet', 'production'] as const;
export type ApplyMode = (typeof APPLY_MODES)[number];

/** Decisions of plans that ask for no permit. An unknown word counts as `other`. */
export const SKIPPED_DECISIONS = ['SKIP', 'BLOCKED', 'ERROR', 'HALT', 'RECONCILE_CLOSE', 'other'] as const;
export type SkippedDecision = (typeof SKIPPED_DECISIONS)[number];
