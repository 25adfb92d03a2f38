import {
  born,
  event,
  fires,
  flat,
  gauge,
  grows,
  noCycles,
  once,
  quiet,
  upOf,
  type AlertCase,
} from './alert-case.test-support.js';
import { annotatorCases } from './alert-cases-annotator.test-support.js';
import { ROLLOUT_CASES } from './alert-cases-rollout.test-support.js';

const proposed = (reason: string) => `p29_shadow_proposed_total{reason="${reason}"}`;
const GOVERNOR = 'job="quantum-governor"';
const permits = (reason: string, job = GOVERNOR) => `p32_eff_apply_total{${job},action="NONE",reason="${reason}"}`;
const errors = (kind: string, job = GOVERNOR) => `p32_errors_total{${job},kind="${kind}"}`;
const STARTED = `process_start_time_seconds{${GOVERNOR},instance="a"}`;
const DECISIONS = 'p32_plan_latency_seconds_count';

/**
 * Kinds of `p32_errors_total` that no alert is about: the plan is decided, tried again at once, or another's to report.
 */
export const NO_FAILURES = [
  'notional_unknown',
  'kill_score_missing',
  'late',
  'foreign_permit',
  'exposure_unknown',
  'old_multiplier',
  'unreadable_field',
  'invalid_plan',
] as const;

const PROPOSER_CASES: AlertCase[] = [
  ...gauge('ProposerDown', upOf('quantum-allocation-target'), [0], [1], 3),
  ...noCycles('ProposerMakesNoCycles', 'p29_shadow', 10),
  fires('NoProposerPublishes', 'while all stand by', 5, {
    'p29_shadow_shards_held{instance="a"}': flat(0),
    'p29_shadow_shards_held{instance="b"}': flat(0),
  }),
  quiet('NoProposerPublishes', 'while one holds a shard', 30, {
    'p29_shadow_shards_held{instance="a"}': flat(0),
    'p29_shadow_shards_held{instance="b"}': flat(1),
  }),
  fires('ProposerErrors', 'that do not end', 15, { p29_shadow_loop_errors_total: grows(1) }),
  quiet('ProposerErrors', 'of one moment', 30, { p29_shadow_loop_errors_total: once(5, 10) }),
  fires('ProposerMissesCycles', 'again and again', 10, { p29_shadow_loops_missed_total: grows(1) }),
  quiet('ProposerMissesCycles', 'now and then', 60, { p29_shadow_loops_missed_total: grows(1, 5) }),
  fires('EfficiencyIsNotActedOn', 'where most are stale', 40, {
    [proposed('ok')]: grows(40),
    [proposed('stale_eff')]: grows(60),
  }),
  quiet('EfficiencyIsNotActedOn', 'where some are stale', 60, {
    [proposed('ok')]: grows(60),
    [proposed('stale_eff')]: grows(40),
  }),
  fires('EfficiencyReadingsInvalid', 'of one symbol in ten', 40, {
    [proposed('ok')]: grows(54),
    [proposed('invalid_eff')]: grows(6),
  }),
  quiet('EfficiencyReadingsInvalid', 'of one symbol in a hundred, whatever is stale', 60, {
    [proposed('ok')]: grows(50),
    [proposed('stale_eff')]: grows(49),
    [proposed('invalid_eff')]: grows(1),
  }),
  fires('TargetsInvalid', 'of one symbol in ten', 40, {
    [proposed('ok')]: grows(54),
    'p29_shadow_skipped_total{reason="invalid_target"}': grows(6),
  }),
  fires('TargetsInvalid', 'of every symbol', 40, {
    [proposed('ok')]: flat(0),
    'p29_shadow_skipped_total{reason="invalid_target"}': grows(6),
  }),
  quiet('TargetsInvalid', 'where targets are only gone', 60, {
    [proposed('ok')]: grows(54),
    'p29_shadow_skipped_total{reason="no_target"}': grows(6),
    'p29_shadow_skipped_total{reason="invalid_target"}': flat(2),
  }),
  ...gauge('ProposerRedisEvicts', 'p29_shadow_redis_evicts', [1], [0], 5),
  ...gauge('ProposerClockSkew', 'p29_shadow_clock_skew_seconds', [2.1, -2.1], [1.9, -1.9], 5),
];

const GOVERNOR_CASES: AlertCase[] = [
  ...gauge('GovernorDown', upOf('quantum-governor'), [0], [1], 2),
  ...event('PlansLost', `p32_plans_lost_total{${GOVERNOR}}`),
  ...event('PlansPossiblyLost', 'p32_plans_lost_possible_total'),
  ...['redis', 'unanswered', 'internal'].map((kind) =>
    fires('GovernorCannotDecide', `at ${kind} without a pause`, 5, { [errors(kind)]: grows(20) }),
  ),
  fires('GovernorCannotDecide', 'at two kinds by turns', 5, {
    [errors('redis')]: grows(2, 2),
    [errors('no_group')]: (minute) => 2 * Math.floor((minute + 1) / 2),
  }),
  ...[...NO_FAILURES, 'invalid_violation'].map((kind) =>
    quiet('GovernorCannotDecide', `at ${kind} without a pause`, 30, { [errors(kind)]: grows(20) }),
  ),
  quiet('GovernorCannotDecide', 'at one error', 30, { [errors('redis')]: once(5) }),
  fires('GovernorMeetsBadState', 'at a permit that was not counted', 15, { [errors('uncounted')]: once(5) }),
  ...NO_FAILURES.map((kind) =>
    quiet('GovernorMeetsBadState', `at ${kind} without a pause`, 30, { [errors(kind)]: grows(20) }),
  ),
  ...event('PlanIdsAhead', errors('id_ahead')),
  ...['1', '1.0'].map((le) =>
    fires('PlansAreLate', `where one plan of twenty is, le="${le}"`, 15, {
      [`p32_plan_latency_seconds_bucket{le="${le}"}`]: grows(19),
      [DECISIONS]: grows(20),
    }),
  ),
  quiet('PlansAreLate', 'where one plan of two hundred is', 30, {
    'p32_plan_latency_seconds_bucket{le="1"}': grows(199),
    [DECISIONS]: grows(200),
  }),
  quiet('PlansAreLate', 'without plans', 30, {
    'p32_plan_latency_seconds_bucket{le="1"}': flat(7),
    [DECISIONS]: flat(9),
  }),
  ...event('DeadLetters', 'p32_deadletter_total{reason="invalid_qty"}'),
  ...event('GovernorDisarmed', 'quantum_govern_disarm_total{reason="burst_rate"}'),
  fires('EverythingIsRefused', 'on a desk of twelve symbols with a plan each two hours', 240, {
    [DECISIONS]: grows(1, 10),
    [permits('ok')]: flat(0),
    ...Object.fromEntries(
      Array.from({ length: 12 }, (_, i) => [
        `quantum_govern_block_total{symbol="S${i}",reason="hourly_rate"}`,
        born(10 * i),
      ]),
    ),
  }),
  fires('EverythingIsRefused', 'on a busy desk, soon', 40, { [DECISIONS]: grows(30), [permits('ok')]: flat(500) }),
  quiet('EverythingIsRefused', 'where one plan in a hundred is permitted', 300, {
    [DECISIONS]: grows(10),
    [permits('ok')]: grows(1, 10),
  }),
  quiet('EverythingIsRefused', 'where a quiet desk has a permit in four hours', 480, {
    [DECISIONS]: grows(1, 30),
    [permits('missing_eff')]: (minute) => Math.floor((minute + 150) / 210),
  }),
  quiet('EverythingIsRefused', 'without plans', 480, { [DECISIONS]: flat(50), [permits('ok')]: flat(0) }),
  fires('HintReadingsInvalid', 'of one permit in five', 180, {
    [permits('ok')]: grows(4, 10),
    [permits('invalid_eff')]: grows(1, 10),
  }),
  quiet('HintReadingsInvalid', 'of one permit in twenty, whatever is missing', 240, {
    [permits('ok')]: grows(9, 10),
    [permits('missing_eff')]: grows(10, 10),
    [permits('invalid_eff')]: grows(1, 10),
  }),
  ...gauge('GovernorRedisEvicts', `p32_redis_evicts{${GOVERNOR}}`, [1], [0], 5),
  ...gauge('GovernorClockSkew', `p32_clock_skew_seconds{${GOVERNOR}}`, [2.1, -2.1], [1.9, -1.9], 5),
  ...gauge('MetricsLeaveSymbolsOut', 'quantum_metrics_symbols_left_out', [1], [0], 65),
  ...gauge('PolicyFileRefused', 'p31_policy_file_ok', [0], [1], 5),
];

const BRAIN_CASES: AlertCase[] = [
  ...gauge('BrainDown', upOf('quantum-brain'), [0], [1], 3),
  ...noCycles('BrainMakesNoCycles', 'p31', 5),
  fires('BrainHasNoScores', 'while all stand by', 10, {
    'p31_symbols{instance="a"}': flat(0),
    'p31_symbols{instance="b"}': flat(0),
  }),
  quiet('BrainHasNoScores', 'while one of two scores', 30, {
    'p31_symbols{instance="a"}': flat(0),
    'p31_symbols{instance="b"}': flat(31),
  }),
  fires('BrainLostConfidence', 'that there was', 60, {
    p31_confident_symbols: (minute) => (minute < 30 ? 31 : 0),
  }),
  quiet('BrainLostConfidence', 'that there never was', 120, { p31_confident_symbols: flat(0) }),
  quiet('BrainLostConfidence', 'of most symbols', 60, { p31_confident_symbols: (minute) => (minute < 30 ? 31 : 1) }),
  fires('BrainFindsNoConfidence', 'for more than a day', 31 * 60, {
    p31_confident_symbols: flat(0),
    p31_symbols: flat(31),
  }),
  quiet('BrainFindsNoConfidence', 'on its first day', 32 * 60, {
    p31_confident_symbols: (minute) => (minute < 24 * 60 ? 0 : 5),
    p31_symbols: flat(31),
  }),
  fires('BrainInputsStale', 'of most symbols', 15, { p31_fresh_symbols: flat(15), p31_symbols: flat(31) }),
  quiet('BrainInputsStale', 'of some symbols', 30, { p31_fresh_symbols: flat(16), p31_symbols: flat(31) }),
  quiet('BrainInputsStale', 'of a standby', 30, { p31_fresh_symbols: flat(0), p31_symbols: flat(0) }),
  fires('BrainErrors', 'that do not end', 15, { 'p31_loop_errors_total{job="quantum-brain"}': grows(1) }),
  quiet('BrainErrors', 'of one moment', 30, { 'p31_loop_errors_total{job="quantum-brain"}': once(5, 10) }),
  fires('BrainMissesCycles', 'again and again', 10, { p31_loops_missed_total: grows(1) }),
  quiet('BrainMissesCycles', 'now and then', 60, { p31_loops_missed_total: grows(1, 5) }),
  ...event('BrainPeriodsRefused', 'p31_periods_refused_total{reason="period"}'),
  ...event('BrainEntriesLost', 'p31_stream_entries_total{stream="rl_rewards",result="lost"}'),
  ...gauge('BrainRedisEvicts', 'p31_redis_evicts', [1], [0], 5),
  ...gauge('BrainClockSkew', 'p31_clock_skew_seconds', [2.1, -2.1], [1.9, -1.9], 5),
];

/** Alerts that can only fire. */
export const ALWAYS_FIRING: readonly string[] = ['Watchdog'];

/** Every other alert in both directions. */
export const ALERT_CASES: readonly AlertCase[] = [
  ...PROPOSER_CASES,
  ...GOVERNOR_CASES,
  ...annotatorCases(NO_FAILURES),
  ...BRAIN_CASES,
  ...ROLLOUT_CASES,
  ...gauge('ConsoleDown', upOf('quantum-console'), [0], [1], 5),
  fires('ServiceKeepsStarting', 'at a crash each 45 s, between scrapes that are answered', 15, {
    [upOf('quantum-governor')]: flat(1),
    [STARTED]: (minute) => 1000 + 45 * Math.floor((60 * minute) / 45),
  }),
  quiet('ServiceKeepsStarting', 'where an operator tries settings', 60, {
    [STARTED]: (minute) => 1000 + 180 * Math.floor(Math.min(minute, 18) / 3),
  }),
  fires('Watchdog', 'whatever happens', 1, {}),
];
