import {
  DEADLETTER_REASONS,
  EFFICIENCY_REASONS,
  HINT_ACTIONS,
  SKIP_REASONS,
  SKIPPED_DECISIONS,
} from '@quantum/redis-schemas';

/** A metric, declared once. The registry, the types of its labels and the tables in the docs derive from it. */
export interface Declaration {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly name: string;
  readonly help: string;
  /** By label name, every value it can have, or `any` for an open set. */
  readonly labels: Readonly<Record<string, readonly string[] | 'any'>>;
  /** Upper bounds of a histogram, seconds. */
  readonly buckets?: readonly number[];
}

type Labels = Declaration['labels'];

const counter = <const L extends Labels>(name: string, help: string, labels: L) =>
  ({ type: 'counter', name, help, labels }) as const;
const gauge = <const L extends Labels>(name: string, help: string, labels: L) =>
  ({ type: 'gauge', name, help, labels }) as const;
const histogram = (name: string, help: string, buckets: readonly number[]) =>
  ({ type: 'histogram', name, help, labels: {}, buckets }) as const;

const LATENCY_BUCKETS_SEC = [
  0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1,
];
const CYCLE_BUCKETS_SEC = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Gates that are off are not evaluated, hence not counted. */
export const COUNTED_GATE_MODES = ['enforce', 'shadow'] as const;

export const GATE_VERDICTS = ['pass', 'refuse'] as const;

/** The reasons why the governor disarms itself. */
const DISARM_REASONS = ['burst_rate'] as const;

/** Faults of the governor that are not verdicts, with their meaning. */
export const GOVERNOR_ERRORS = {
  redis: 'Redis is away or does not answer; nothing was decided',
  no_group: 'the consumer group was gone and has been created again',
  unanswered: 'the server could not answer for one plan (LOADING, READONLY, ...); the plan stays pending',
  late: 'Redis or this process was too slow between lookup and grant: nothing was granted, the plan is read again',
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
  unreadable_field:
    'a field of a plan was not a non-negative number (`notional_usd`: a positive one) and counted as absent; the record names it',
  id_ahead: "the stream id of a plan was more than 60 s ahead of Redis' clock; its age was taken from its timestamp",
  decorator: 'a permit decorator threw; its neutral fields were used',
  internal: 'a decision threw; the plan stays pending',
  invalid_plan: 'role annotate: an entry that is not a plan; the issuing governor reports it',
} as const;
export type GovernorErrorKind = keyof typeof GOVERNOR_ERRORS;
const GOVERNOR_ERROR_KINDS = Object.keys(GOVERNOR_ERRORS) as GovernorErrorKind[];

/** Outcomes of a plan in the role `annotate`, with their meaning. */
export const ANNOTATE_RESULTS = {
  annotated: 'the hint was added to its permit',
  already: 'its permit had a hint',
  gone: 'its permit was consumed or expired before the hint could be added, or never came',
  foreign: 'the value at its permit’s key is not a permit of the old shape for its symbol; left unchanged',
  error: 'the server refused, or too many plans waited and this one was given up',
} as const;
export type AnnotateResult = keyof typeof ANNOTATE_RESULTS;

/** What every service measures of its server (`ServerWatch`). */
const serverGauges = (prefix: string) => ({
  redisEvicts: gauge(
    `${prefix}_redis_evicts`,
    '1 while maxmemory-policy lets Redis evict keys, else 0; no series while unknown',
    {},
  ),
  clockSkewSec: gauge(
    `${prefix}_clock_skew_seconds`,
    'How far our clock is ahead of the clock of Redis; no series while they are not compared',
    {},
  ),
});

export const PROPOSER = {
  loops: counter('p29_shadow_loops_total', 'Cycles that ended, failed ones included', {}),
  proposed: counter('p29_shadow_proposed_total', 'Shadow proposals by reason', { reason: EFFICIENCY_REASONS }),
  skipped: counter('p29_shadow_skipped_total', 'Symbols without a proposal by reason', { reason: SKIP_REASONS }),
  loopErrors: counter(
    'p29_shadow_loop_errors_total',
    'Failed cycles and attempts at a lease, refused writes, failed scans, and times the decision stream became unreadable',
    {},
  ),
  loopsMissed: counter('p29_shadow_loops_missed_total', 'Cycles left out because the one before took too long', {}),
  loopDurationSec: histogram('p29_shadow_loop_duration_seconds', 'Duration of a cycle', CYCLE_BUCKETS_SEC),
  symbols: gauge('p29_shadow_symbols', 'Symbols of the last cycle', {}),
  shardsHeld: gauge('p29_shadow_shards_held', 'Shards that this process publishes; 0: it is a standby', {}),
  budgetScale: gauge(
    'p29_shadow_budget_scale',
    'Budget scale factor of the last cycle, 1 if P31_BUDGET is off; of several shards, the one farthest from 1',
    {},
  ),
  budgetUnmet: counter(
    'p29_shadow_budget_unmet_total',
    'Cycles of a shard in which the bounds of the multipliers did not allow the budget',
    {},
  ),
  leaseLost: counter('p29_shadow_lease_lost_total', 'Held leases of shards that turned out gone or another’s', {}),
  ...serverGauges('p29_shadow'),
} as const satisfies Record<string, Declaration>;

export const PROPOSER_BY_SYMBOL = {
  multiplier: gauge('p29_shadow_multiplier', 'Multiplier last proposed', { symbol: 'any' }),
  effConfidence: gauge('p29_shadow_eff_confidence', 'Confidence of the efficiency reading', { symbol: 'any' }),
  effScore: gauge('p29_shadow_eff_score', 'Efficiency score', { symbol: 'any' }),
} as const satisfies Record<string, Declaration>;

export const GOVERNOR = {
  effApply: counter('p32_eff_apply_total', 'Permits by the action and the reason of their efficiency hint', {
    action: HINT_ACTIONS,
    reason: EFFICIENCY_REASONS,
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
  plansSkipped: counter('p32_plans_skipped_total', 'Entries whose decision is not EXECUTE', {
    decision: SKIPPED_DECISIONS,
  }),
  killScoreMissing: counter('p32_kill_score_missing_total', 'Opening plans decided without a kill score', {}),
  duplicates: counter('p32_duplicates_total', 'Deliveries of plans that were already decided', {}),
  errors: counter('p32_errors_total', 'Errors by kind', { kind: GOVERNOR_ERROR_KINDS }),
  annotate: counter('p32_annotate_total', 'Role annotate: plans by outcome of the hint for their permit', {
    result: Object.keys(ANNOTATE_RESULTS) as AnnotateResult[],
  }),
  annotateLatencySec: histogram(
    'p32_annotate_latency_seconds',
    'Role annotate: time from the appearance of a permit, or from the last time it was known to be absent, to its hint',
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

export const BOTH = {
  symbolsLeftOut: gauge(
    'quantum_metrics_symbols_left_out',
    'Symbols without series of their own, beyond METRICS_MAX_SYMBOLS',
    {},
  ),
} as const satisfies Record<string, Declaration>;

/** Of both services: the outcome of reading the policy file. */
export const POLICY = {
  policyReload: counter('p31_policy_reload_total', 'Times the policy file was read again, by result', {
    result: ['accepted', 'refused'],
  }),
  policyFileOk: gauge(
    'p31_policy_file_ok',
    '1; 0 while the current policy file is refused and the policy before it stays in force',
    {},
  ),
} as const satisfies Record<string, Declaration>;

/** The metrics of each service, by its app; `every`: of all services. */
export const METRIC_GROUPS = {
  'allocation-target': [PROPOSER, PROPOSER_BY_SYMBOL],
  'governor-plugin': [GOVERNOR, GOVERNOR_BY_SYMBOL, GOVERNOR_COUNTS_BY_SYMBOL],
  every: [BOTH, POLICY],
} as const satisfies Record<string, readonly Readonly<Record<string, Declaration>>[]>;

/** One row of the documented list of metrics. */
export interface MetricRow {
  readonly name: string;
  readonly type: Declaration['type'];
  /** By label name, every value it can have, or `any`. */
  readonly labels: Labels;
  readonly help: string;
  /** The app, or `every`. */
  readonly service: string;
}

/** Every metric of ours. prom-client's process metrics (`process_*`, `nodejs_*`) are not listed. */
export const describeMetrics = (): MetricRow[] =>
  Object.entries<readonly Readonly<Record<string, Declaration>>[]>(METRIC_GROUPS).flatMap(([service, groups]) =>
    groups
      .flatMap(Object.values<Declaration>)
      .map(({ name, type, labels, help }) => ({ name, type, labels, help, service })),
  );
