import { HINT_ACTIONS, SKIPPED_DECISIONS, type PlanProblem } from '@quantum/redis-schemas';
import { counter, gauge, histogram, serverGauges, type Declaration } from './declaration.js';

const LATENCY_BUCKETS_SEC = [
  0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1,
];

/** Gates that are off are not evaluated, hence not counted. */
const COUNTED_GATE_MODES = ['enforce', 'shadow'] as const;

const GATE_VERDICTS = ['pass', 'refuse'] as const;

/** The reasons why the governor disarms itself. */
const DISARM_REASONS = ['burst_rate'] as const;

/** Why an entry went to the dead-letter stream, with the meaning. */
export const DEADLETTER_REASON_TEXT = {
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
} as const satisfies Readonly<Record<PlanProblem, string>> & Readonly<Record<string, string>>;
export type DeadletterReason = keyof typeof DEADLETTER_REASON_TEXT;
export const DEADLETTER_REASONS = Object.keys(DEADLETTER_REASON_TEXT) as DeadletterReason[];

/** Faults of the governor that are not verdicts, with their meaning. */
export const GOVERNOR_ERRORS = {
  redis: 'Redis is away or does not answer; nothing was decided',
  no_group: 'the consumer group was gone and has been created again',
  unanswered: 'the server could not answer for one plan (LOADING, READONLY, ...); the plan stays pending',
  late: 'Redis or this process was too slow between state read and grant: nothing was granted, the plan is read again',
  not_replicated: 'too few replicas of Redis have a decision (REDIS_WAIT_REPLICAS); the plan stays pending',
  losses_uncounted: 'the server did not permit the count of lost plans before a read',
  effect_refused: 'a key refused an effect (wrong type, no permission); the effect was left out',
  uncounted: 'a permit granted without being counted: its windows were unreadable, or did not answer for an exit',
  window_mismatch: 'gates and window script disagreed; no verdict was given',
  foreign_permit: 'another governor had permitted the plan: recorded as foreign, and counted',
  invalid_record: 'a decision record that is not ours: the plan is dead-lettered, not decided again',
  invalid_violation: 'an entry of the violation stream that is not the agreed JSON',
  notional_unknown: 'an opening plan of unknown notional passed, outside production',
  exposure_unknown:
    'P2.9 enforces a target, but the position or its fresh mark price is unknown: allocation_cap passed',
  invalid_multiplier:
    'the multiplier of a rollout, or its epoch, was unreadable, invalid or above its limit: the base target applied',
  old_multiplier: 'the multiplier of a rollout had expired, or was of another epoch: the base target applied',
  unreadable_field:
    'a field of a plan was not a non-negative number (`notional_usd`: a positive one) and counted as absent; the record names it',
  id_ahead: "the stream id of a plan was more than 60 s ahead of Redis' clock; its age was taken from its timestamp",
  decorator: 'a permit decorator threw; its neutral fields were used',
  internal: 'a decision threw; the plan stays pending',
  invalid_plan: 'permit-annotator: an entry that is not a plan; the issuing governor reports it',
} as const;
export type GovernorErrorKind = keyof typeof GOVERNOR_ERRORS;
const GOVERNOR_ERROR_KINDS = Object.keys(GOVERNOR_ERRORS) as GovernorErrorKind[];

/** Outcomes of a plan of the annotator, with their meaning. */
export const ANNOTATE_RESULTS = {
  annotated: 'the hint was added to its permit',
  already: 'its permit had a hint',
  gone: 'its permit was consumed or expired before the hint could be added, or never came',
  foreign: 'the value at its permit’s key is not a permit of the old shape for its symbol; left unchanged',
  error: 'the server refused, or too many plans waited and this one was given up',
} as const;
export type AnnotateResult = keyof typeof ANNOTATE_RESULTS;

export const GOVERNOR = {
  effApply: counter('p32_eff_apply_total', 'Permits by the action and the reason of their efficiency hint', {
    action: HINT_ACTIONS,
    reason: 'any',
  }),
  disarm: counter('quantum_govern_disarm_total', 'Times the governor disarmed itself, by reason', {
    reason: DISARM_REASONS,
  }),
  decisionDurationSec: histogram(
    'p32_decision_duration_seconds',
    'Time to decide a plan, in process',
    LATENCY_BUCKETS_SEC,
  ),
  planLatencySec: histogram(
    'p32_plan_latency_seconds',
    'Time from the id of a plan in its stream to its decision',
    LATENCY_BUCKETS_SEC,
  ),
  gate: counter('p32_gate_total', 'Verdicts of each gate', {
    gate: 'any',
    mode: COUNTED_GATE_MODES,
    verdict: GATE_VERDICTS,
  }),
  deadletter: counter('p32_deadletter_total', 'Entries that could not be processed, by reason', {
    reason: DEADLETTER_REASONS,
  }),
  plansLost: counter(
    'p32_plans_lost_total',
    'Plans gone from the stream (trimmed, deleted) before they were processed',
    {},
  ),
  plansPossiblyLost: counter(
    'p32_plans_lost_possible_total',
    'Plans that no governor was given: added and trimmed while a read waited, or given to one that ended at that moment',
    {},
  ),
  plansSkipped: counter('p32_plans_skipped_total', 'Entries whose decision is not EXECUTE', {
    decision: SKIPPED_DECISIONS,
  }),
  killScoreMissing: counter('p32_kill_score_missing_total', 'Opening plans decided without a kill score', {}),
  duplicates: counter('p32_duplicates_total', 'Deliveries of plans that were already decided', {}),
  errors: counter('p32_errors_total', 'Errors by kind', { kind: GOVERNOR_ERROR_KINDS }),
  annotate: counter('p32_annotate_total', 'Annotator: plans by outcome of the hint for their permit', {
    result: Object.keys(ANNOTATE_RESULTS) as AnnotateResult[],
  }),
  annotateLatencySec: histogram(
    'p32_annotate_latency_seconds',
    'Annotator: time from the appearance of a permit, or from the last time it was known to be absent, to its hint',
    LATENCY_BUCKETS_SEC,
  ),
  ...serverGauges('p32'),
} as const satisfies Record<string, Declaration>;

export const GOVERNOR_BY_SYMBOL = {
  effFactor: gauge('p32_eff_factor', 'Size factor last suggested', { symbol: 'any' }),
  execCountHour: gauge('quantum_govern_exec_count_hour', 'Permits of the last hour counted for hourly_rate', {
    symbol: 'any',
  }),
  execCount5min: gauge('quantum_govern_exec_count_5min', 'Permits of the last five minutes counted for burst_rate', {
    symbol: 'any',
  }),
} as const satisfies Record<string, Declaration>;

export const GOVERNOR_COUNTS_BY_SYMBOL = {
  allow: counter('quantum_govern_allow_total', 'Permitted plans', { symbol: 'any' }),
  block: counter('quantum_govern_block_total', 'Refused plans, by the gate that refused', {
    symbol: 'any',
    reason: 'any',
  }),
} as const satisfies Record<string, Declaration>;

const { effApply, plansLost, plansSkipped, errors, annotate, annotateLatencySec, redisEvicts, clockSkewSec } = GOVERNOR;
/** Of the annotator, under the names that the governor has for them. */
export const ANNOTATOR = {
  ...{ effApply, plansLost, plansSkipped, errors, annotate, annotateLatencySec, redisEvicts, clockSkewSec },
} as const satisfies Record<string, Declaration>;

export const ANNOTATOR_BY_SYMBOL = {
  effFactor: GOVERNOR_BY_SYMBOL.effFactor,
} as const satisfies Record<string, Declaration>;
