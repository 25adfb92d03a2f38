import { holds } from '../checks.js';
import { objectOf, permitOf, type Evidence } from '../evidence.js';
import { NotSeen } from '../not-seen.js';
import type { Check, Proof } from '../proof.js';
import { metricsChecks, riseCheck } from '../service-checks.js';

const METRICS = [
  'p32_eff_apply_total',
  'p32_eff_factor',
  'quantum_govern_allow_total',
  'quantum_govern_block_total',
  'quantum_govern_disarm_total',
  'quantum_govern_exec_count_hour',
  'quantum_govern_exec_count_5min',
  'p32_decision_duration_seconds',
  'p32_plan_latency_seconds',
  'p32_gate_total',
  'p32_deadletter_total',
  'p32_plans_lost_total',
  'p32_errors_total',
];

export const governorMetrics: Proof = {
  name: 'step2-metrics',
  title: 'every permit, refusal and dead letter of this run is counted once',
  steps: [2],
  expect: (seen) => {
    const { granted, refused } = outcomes(seen);
    if (granted.length === 0) throw new NotSeen('no permit was granted that could have been counted');
    return [
      holds('permits', 'at least 1', true, `${granted.length} counted by action and reason`),
      ...metricsChecks(seen, 2, METRICS),
      ...hintCounts(seen, granted),
      ...decisionCounts(seen, granted, refused),
    ];
  },
};

type Permit = Record<string, unknown>;

/** The governor's real decisions, right or wrong: it must have counted these. */
function outcomes({ all }: Evidence): { granted: Permit[]; refused: Permit[] } {
  const decisions = [...all.decisions.values()];
  return {
    granted: decisions.filter(({ block }) => block === undefined).map((one) => permitOf(one, all.consumers)),
    refused: decisions.flatMap(({ block }) => (block === undefined ? [] : [objectOf(block, 'the refusal')])),
  };
}

function hintCounts(seen: Evidence, granted: readonly Permit[]): Check[] {
  const counts = new Map<string, number>();
  for (const { eff_action: action, eff_reason: reason } of granted) {
    const labels = JSON.stringify({ action, reason });
    counts.set(labels, (counts.get(labels) ?? 0) + 1);
  }
  return [...counts].map(([labels, count]) =>
    riseCheck(seen, 2, 'p32_eff_apply_total', JSON.parse(labels) as Record<string, string>, count),
  );
}

/** Series of single symbols are checked only on a private deployment: a busy one may leave ours out. */
function decisionCounts(seen: Evidence, granted: readonly Permit[], refused: readonly Permit[]): Check[] {
  const bySymbol = (name: string, all: readonly Permit[]) =>
    seen.all.exact ? all.map(({ symbol }) => riseCheck(seen, 2, name, { symbol: String(symbol) }, 1)) : [];
  return [
    ...bySymbol('quantum_govern_allow_total', granted),
    ...bySymbol('quantum_govern_block_total', refused),
    riseCheck(seen, 2, 'p32_decision_duration_seconds_count', {}, granted.length + refused.length),
    riseCheck(seen, 2, 'p32_plan_latency_seconds_count', {}, granted.length + refused.length),
    riseCheck(seen, 2, 'p32_deadletter_total', {}, seen.all.deadLetters.size),
  ];
}
