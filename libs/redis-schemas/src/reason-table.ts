import type { DeadletterReason, EfficiencyReason, GovernorEvent, SkipReason } from './reasons.js';

/** The meaning of each code; the lists in docs/ are generated from these. */

export const EFFICIENCY_REASON_TEXT: Readonly<Record<EfficiencyReason, string>> = {
  redis_error: 'the key could not be read (wrong type, no permission, its slot is down)',
  missing_eff: 'none of `efficiency_score`, `confidence`, `ts` is present',
  invalid_eff:
    'one of the three is absent or no finite number, score or confidence is outside 0..1, or `ts` is more than `P31_MAX_FUTURE_SEC` ahead',
  stale_eff: 'older than `P31_STALE_SEC` (proposals), `P31_EFF_TTL_SEC` (permits)',
  low_conf: 'confidence below `P31_MIN_CONF`',
  ok: 'none of these: the formula applies',
};

export const SKIP_REASON_TEXT: Readonly<Record<SkipReason, string>> = {
  no_target: 'the target disappeared between listing and reading',
  invalid_target: '`target_usd` is absent, not finite or negative, or the product overflows',
  redis_error: 'the target could not be read (wrong type, no permission)',
  bad_name: 'the key’s name is not UTF-8 or names no symbol; counted once per scan',
};

export const DEADLETTER_REASON_TEXT: Readonly<Record<DeadletterReason, string>> = {
  invalid_plan_id:
    '`plan_id` is not 1 to 128 printable ASCII characters without blanks and braces, or begins with `p33:` or `p26:`',
  invalid_symbol:
    '`symbol` is not 1 to 64 characters without braces and control characters, or has blanks at either end',
  invalid_qty: '`qty` of an opening plan is present and not a non-negative number',
  invalid_price: '`price` of an opening plan is present and not a non-negative number',
  max_deliveries: 'delivered more than `GOV_MAX_DELIVERIES` times without success',
  too_large: 'the entry has more than 16 MiB; it is not read, and the dead letter has `entry_id` without its fields',
  invalid_record:
    'the key of its decision record holds another value; the plan is not decided again, `error` names the key',
};

export const GOVERNOR_EVENT_TEXT: Readonly<Record<GovernorEvent, string>> = {
  PLAN_REFUSED: 'a gate refused a plan; `reason` is the gate',
  AUTO_DISARM: 'a burst breach set the disarm latch',
  DEAD_LETTER: 'an entry went to the dead-letter stream',
  PLANS_LOST:
    'plans were trimmed or deleted before they were processed; further fields `count`, `from`, `to`, and `stream` where there are several',
};
