import { fires, flat, gauge, grows, once, quiet, upOf, type AlertCase } from './alert-case.test-support.js';

const JOB = 'job="quantum-annotator"';
const errors = (kind: string) => `p32_errors_total{${JOB},kind="${kind}"}`;
const permits = (reason: string) => `p32_eff_apply_total{${JOB},action="NONE",reason="${reason}"}`;
const [LOST, EVICTS, SKEW] = ['plans_lost_total', 'redis_evicts', 'clock_skew_seconds'].map(
  (name) => `p32_${name}{${JOB}}`,
) as [string, string, string];

/** The alerts of the annotator, and those of the governor, which its series of the same names must not fire. */
export const annotatorCases = (noFailures: readonly string[]): AlertCase[] => [
  ...gauge('AnnotatorDown', upOf('quantum-annotator'), [0], [1], 3),
  ...['redis', 'no_group', 'internal'].map((kind) =>
    fires('AnnotatorAddsNoHints', `at ${kind} without a pause`, 10, { [errors(kind)]: grows(20) }),
  ),
  quiet('AnnotatorAddsNoHints', 'at one error', 30, { [errors('redis')]: once(5) }),
  ...noFailures.map((kind) =>
    quiet('AnnotatorAddsNoHints', `at ${kind} without a pause`, 30, { [errors(kind)]: grows(20) }),
  ),
  ...gauge('AnnotatorRedisEvicts', EVICTS, [1], [0], 5),
  ...gauge('AnnotatorClockSkew', SKEW, [2.1, -2.1], [1.9, -1.9], 5),

  quiet('PlansLost', 'where the annotator missed plans', 30, { [LOST]: once(5, 40) }),
  quiet('GovernorCannotDecide', 'while the annotator fails', 30, { [errors('redis')]: grows(20) }),
  quiet('GovernorMeetsBadState', 'at the state of the annotator', 30, { [errors('effect_refused')]: grows(1) }),
  quiet('PlanIdsAhead', 'at a count of the annotator', 30, { [errors('id_ahead')]: once(5) }),
  fires('EverythingIsRefused', 'while the annotator adds hints to the permits of another governor', 40, {
    p32_plan_latency_seconds_count: grows(30),
    [permits('ok')]: grows(30),
  }),
  fires('HintReadingsInvalid', 'of one hint in five of the annotator', 95, {
    [permits('ok')]: grows(4),
    [permits('invalid_eff')]: grows(1),
  }),
  quiet('GovernorRedisEvicts', 'as the annotator says it', 30, { [EVICTS]: flat(1) }),
  quiet('GovernorClockSkew', 'of the annotator', 30, { [SKEW]: flat(5) }),
];
