import { healthChecks, riseCheck } from '../service-checks.js';
import type { Proof } from '../proof.js';

const METRICS = [
  'p29_shadow_loops_total',
  'p29_shadow_proposed_total',
  'p29_shadow_multiplier',
  'p29_shadow_eff_confidence',
  'p29_shadow_eff_score',
  'p29_shadow_skipped_total',
  'p29_shadow_loop_duration_seconds',
  'p29_shadow_loop_errors_total',
  'p29_shadow_loops_missed_total',
  'p29_shadow_symbols',
];

export const proposerHealth: Proof = {
  name: 'step1-service-health',
  title: 'the proposer is alive and ready, its cycles and proposals are counted',
  steps: [1],
  expect: (seen) => {
    const counted = [...seen.all.proposalReasons].map(([reason, count]) =>
      riseCheck(seen, 1, 'p29_shadow_proposed_total', { reason }, count),
    );
    return [
      ...healthChecks(seen, 1, METRICS),
      // A cycle increments its counter last. It is certain to be seen only if one more cycle was awaited.
      riseCheck(seen, 1, 'p29_shadow_loops_total', {}, seen.all.exact ? 1 : 0, 'at least'),
      ...counted,
    ];
  },
};
