/**
 * Words of the wire contract. A reason is listed where it is decided or counted, so that a new one affects few
 * projects: gates in risk-gates, readings in efficiency-policy, skipped symbols and dead letters in metrics. A retired
 * code is never used again.
 */

/** The effect of a gate's refusal: it decides, it is only counted, or the gate is off. */
export const GATE_MODES = ['enforce', 'shadow', 'off'] as const;
export type GateMode = (typeof GATE_MODES)[number];

/** The efficiency hint's action. None of them blocks. */
export const HINT_ACTIONS = ['NONE', 'DOWNSIZE'] as const;
export type HintAction = (typeof HINT_ACTIONS)[number];

/** Events of the governor's event stream, with their meaning. */
export const GOVERNOR_EVENTS = {
  PLAN_REFUSED: 'a gate refused a plan; `reason` is the gate',
  AUTO_DISARM: 'a burst breach set the disarm latch',
  DEAD_LETTER: 'an entry went to the dead-letter stream',
  PLANS_LOST:
    'plans were trimmed or deleted before they were processed; further fields `count`, `from`, `to`, and `stream` where there are several',
} as const;
export type GovernorEvent = keyof typeof GOVERNOR_EVENTS;

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
