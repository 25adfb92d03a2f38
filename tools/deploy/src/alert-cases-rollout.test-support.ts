import {
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
  type Course,
} from './alert-case.test-support.js';

const inState = (state: string) => `rollout_state{state="${state}"}`;
const leads = (instance: string) => `rollout_leads{job="quantum-rollout",instance="${instance}"}`;
const symbols = (instance: string) => `rollout_symbols{job="quantum-rollout",instance="${instance}"}`;
const startedAt = (instance: string) => `process_start_time_seconds{job="quantum-rollout",instance="${instance}"}`;
const verdict = (found: string) => `rollout_guard{guard="tracking",verdict="${found}"}`;

/** Has a value until a minute, and no sample from then on. */
const until =
  (minute: number, value: number): Course =>
  (at) => (at < minute ? value : undefined); // prettier-ignore
/** Has a value from a minute on, and another one or no sample before. */
const from =
  (minute: number, value: number, before?: number): Course =>
  (at) => (at >= minute ? value : before); // prettier-ignore

/** An alert on a state; another state does not fire it. */
const stateAlert = (alert: string, state: string): AlertCase[] => [
  fires(alert, 'in that state', 10, { [inState('done')]: flat(0), [inState(state)]: flat(1) }),
  quiet(alert, 'in another state', 30, { [inState('done')]: flat(1), [inState(state)]: flat(0) }),
];

/** One process leads after another. */
const handedOver = { [leads('a')]: until(10, 1), [leads('b')]: from(10.5, 1, 0) };

const LEADERS: AlertCase[] = [
  ...gauge('RolloutDown', upOf('quantum-rollout'), [0], [1], 3),
  ...noCycles('RolloutMakesNoCycles', 'rollout', 10),
  // Without a mark of its end, a series counts for five minutes more.
  fires('RolloutHasNoLeader', 'once the last process is gone', 20, {
    [leads('a')]: until(10, 1),
    [symbols('a')]: until(10, 31),
  }),
  fires('RolloutHasNoLeader', 'where the last process was started again and cannot lead', 20, {
    [leads('a')]: (minute) => (minute < 10 ? 1 : 0),
    [symbols('a')]: (minute) => (minute < 10 ? 31 : 0),
  }),
  fires('RolloutHasNoLeader', 'while the one that is left stays a standby', 20, {
    [leads('a')]: until(10, 1),
    [leads('b')]: flat(0),
    [symbols('a')]: until(10, 31),
    [symbols('b')]: flat(0),
  }),
  quiet('RolloutHasNoLeader', 'where a standby takes over', 30, {
    ...handedOver,
    [symbols('a')]: until(10, 31),
    [symbols('b')]: from(10.5, 31),
  }),
  quiet('RolloutHasNoLeader', 'where nothing was enforced', 30, {
    [leads('a')]: until(10, 1),
    [symbols('a')]: until(10, 0),
  }),
  quiet('RolloutHasNoLeader', 'where it was rolled back and then removed', 60, {
    [leads('a')]: until(15, 1),
    [symbols('a')]: (minute) => (minute < 10 ? 31 : minute < 15 ? 0 : undefined),
  }),
  fires('RolloutTakenOver', 'by a standby', 15, { ...handedOver, rollout_symbols: flat(31) }),
  fires('RolloutTakenOver', 'by the same process, started again', 20, {
    [leads('a')]: flat(1),
    [startedAt('a')]: (minute) => (minute < 15 ? 1000 : 1900),
    rollout_symbols: flat(31),
  }),
  quiet('RolloutTakenOver', 'where nothing is enforced', 30, { ...handedOver, rollout_symbols: flat(0) }),
  quiet('RolloutTakenOver', 'where a standby starts again', 60, {
    [leads('a')]: flat(1),
    [startedAt('a')]: flat(1000),
    [leads('b')]: flat(0),
    [startedAt('b')]: (minute) => (minute < 40 ? 1000 : 3400),
    rollout_symbols: from(20, 31, 0),
  }),
];

const RENEWAL: AlertCase[] = [
  fires('RolloutNotRenewed', 'where no cycle ends', 10, {
    rollout_deadman_seconds: (minute) => Math.max(0, 30 - 60 * Math.max(0, minute - 5)),
  }),
  // A cycle every 20 s, scraped just before the next one.
  quiet('RolloutNotRenewed', 'while cycles end', 30, { rollout_deadman_seconds: (minute) => 40 + (minute % 2) }),
  quiet('RolloutNotRenewed', 'where the state publishes nothing', 30, { [inState('off')]: flat(1) }),
  fires('RolloutCannotWrite', 'at a cycle that fails each time', 5, { rollout_loop_errors_total: grows(6) }),
  quiet('RolloutCannotWrite', 'at errors of one moment', 30, { rollout_loop_errors_total: once(5, 3) }),
  ...['lost', 'unreadable', 'invalid'].flatMap((problem) =>
    event('RolloutStateUnusable', `rollout_state_problems_total{problem="${problem}"}`),
  ),
  ...gauge('RolloutKeysOutliveRollback', 'rollout_keys_left', [1], [0], 5),
  fires('RolloutMissesCycles', 'again and again', 10, { rollout_loops_missed_total: grows(1) }),
  quiet('RolloutMissesCycles', 'now and then', 60, { rollout_loops_missed_total: grows(1, 5) }),
  ...gauge('RolloutRedisEvicts', 'rollout_redis_evicts', [1], [0], 5),
  ...gauge('RolloutClockSkew', 'rollout_clock_skew_seconds', [1.1, -1.1], [0.9, -0.9], 5),
];

const enforced = { rollout_symbols: (minute: number) => (minute < 10 ? 31 : 0) };
const becomes = (state: string, minute: number) => ({ [inState(state)]: from(minute, 1, 0) });

const STATES: AlertCase[] = [
  fires('RolloutEnded', 'where the state was lost', 15, {
    ...enforced,
    ...becomes('off', 10),
    [inState('killed')]: flat(0),
  }),
  quiet('RolloutEnded', 'where it was off before', 60, { [inState('off')]: flat(1), rollout_symbols: flat(0) }),
  quiet('RolloutEnded', 'where a person cleared a kill', 60, {
    ...enforced,
    [inState('killed')]: (minute) => (minute >= 10 && minute < 12 ? 1 : 0),
    ...becomes('off', 12),
  }),
  quiet('RolloutEnded', 'while it is enforced', 60, { [inState('off')]: flat(0), rollout_symbols: flat(31) }),
  ...stateAlert('RolloutKilled', 'killed'),
  ...stateAlert('RolloutReduceOnly', 'reduce_only'),
  ...stateAlert('RolloutHolds', 'holding'),
  quiet('RolloutHolds', 'for a moment', 60, { [inState('holding')]: (minute) => (minute > 10 && minute < 13 ? 1 : 0) }),
  fires('RolloutRolledBack', 'within the hour', 30, becomes('rolled_back', 10)),
  quiet('RolloutRolledBack', 'in another state', 90, { [inState('rolled_back')]: flat(0) }),
  fires('RolloutRolledBack', 'where a process that starts finds it so', 30, { [inState('rolled_back')]: from(10, 1) }),
  fires('RolloutStepsDown', 'once', 20, { 'rollout_transitions_total{to="holding",reason="step_down"}': once(10) }),
  quiet('RolloutStepsDown', 'at other moves', 30, {
    'rollout_transitions_total{to="holding",reason="step_down"}': flat(3),
    'rollout_transitions_total{to="baking",reason="advance"}': once(10),
  }),
  fires('RolloutGuardUnknown', 'for a while', 15, { [verdict('UNKNOWN')]: flat(1) }),
  quiet('RolloutGuardUnknown', 'for a moment', 60, {
    [verdict('UNKNOWN')]: (minute) => (minute > 10 && minute < 15 ? 1 : 0),
  }),
  quiet('RolloutGuardUnknown', 'where a guard breaches', 30, {
    [verdict('UNKNOWN')]: flat(0),
    [verdict('BREACH')]: flat(1),
  }),
  fires('RolloutSymbolsAtBase', 'where one of them is', 20, {
    rollout_symbols: flat(30),
    rollout_symbols_due: flat(31),
  }),
  quiet('RolloutSymbolsAtBase', 'where one of them is for a moment', 60, {
    rollout_symbols: (minute) => (minute > 20 && minute < 30 ? 30 : 31),
    rollout_symbols_due: flat(31),
  }),
];

/** The alerts of the rollout in both directions. */
export const ROLLOUT_CASES: readonly AlertCase[] = [...LEADERS, ...RENEWAL, ...STATES];
