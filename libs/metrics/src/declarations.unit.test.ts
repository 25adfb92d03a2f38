import { describe, expect, it } from '@jest/globals';
import type { Registry } from 'prom-client';
import { createAnnotatorMetrics } from './annotator.js';
import { createBrainMetrics } from './brain.js';
import { createServiceMetrics, type MetricsOptions } from './build.js';
import { describeMetrics, METRIC_GROUPS } from './declarations.js';
import { DEADLETTER_REASONS } from './governor-declarations.js';
import { createGovernorMetrics } from './governor.js';
import { SKIP_REASONS } from './proposer-declarations.js';
import { createProposerMetrics } from './proposer.js';
import { createRolloutMetrics } from './rollout.js';

const rows = describeMetrics();
const shape = ({ name, type, labels }: (typeof rows)[number]) => `${name} ${type} {${Object.keys(labels).join(',')}}`;

/** The metrics of a registry, without those of the process. */
async function exposed(registry: Registry): Promise<string[]> {
  const types = (await registry.metrics()).matchAll(/^# TYPE (?!process_|nodejs_)(\S+) (\S+)$/gm);
  return [...types].map(([, name, type]) => `${String(name)} ${String(type)}`).sort();
}

/**
 * What other teams read, written a second time: a metric of these is not renamed by mistake. A new service may join.
 */
const CONTRACT: Readonly<Record<string, readonly string[]>> = {
  'allocation-target': [
    'p29_shadow_loops_total counter {}',
    'p29_shadow_proposed_total counter {reason}',
    'p29_shadow_skipped_total counter {reason}',
    'p29_shadow_loop_errors_total counter {}',
    'p29_shadow_loops_missed_total counter {}',
    'p29_shadow_loop_duration_seconds histogram {}',
    'p29_shadow_symbols gauge {}',
    'p29_shadow_shards_held gauge {}',
    'p29_shadow_budget_scale gauge {}',
    'p29_shadow_budget_unmet_total counter {}',
    'p29_shadow_lease_lost_total counter {}',
    'p29_shadow_loop_interval_seconds gauge {}',
    'p29_shadow_last_loop_timestamp_seconds gauge {}',
    'p29_shadow_redis_evicts gauge {}',
    'p29_shadow_clock_skew_seconds gauge {}',
    'p29_shadow_multiplier gauge {symbol}',
    'p29_shadow_eff_confidence gauge {symbol}',
    'p29_shadow_eff_score gauge {symbol}',
  ],
  'governor-plugin': [
    'p32_eff_apply_total counter {action,reason}',
    'quantum_govern_disarm_total counter {reason}',
    'p32_decision_duration_seconds histogram {}',
    'p32_plan_latency_seconds histogram {}',
    'p32_gate_total counter {gate,mode,verdict}',
    'p32_deadletter_total counter {reason}',
    'p32_plans_lost_total counter {}',
    'p32_plans_lost_possible_total counter {}',
    'p32_plans_skipped_total counter {decision}',
    'p32_kill_score_missing_total counter {}',
    'p32_duplicates_total counter {}',
    'p32_errors_total counter {kind}',
    'p32_annotate_total counter {result}',
    'p32_annotate_latency_seconds histogram {}',
    'p32_redis_evicts gauge {}',
    'p32_clock_skew_seconds gauge {}',
    'p32_eff_factor gauge {symbol}',
    'quantum_govern_exec_count_hour gauge {symbol}',
    'quantum_govern_exec_count_5min gauge {symbol}',
    'quantum_govern_allow_total counter {symbol}',
    'quantum_govern_block_total counter {symbol,reason}',
  ],
  'permit-annotator': [
    'p32_eff_apply_total counter {action,reason}',
    'p32_plans_lost_total counter {}',
    'p32_plans_skipped_total counter {decision}',
    'p32_errors_total counter {kind}',
    'p32_annotate_total counter {result}',
    'p32_annotate_latency_seconds histogram {}',
    'p32_redis_evicts gauge {}',
    'p32_clock_skew_seconds gauge {}',
    'p32_eff_factor gauge {symbol}',
  ],
  'efficiency-brain': [
    'p31_loops_total counter {}',
    'p31_loop_errors_total counter {}',
    'p31_loops_missed_total counter {}',
    'p31_loop_duration_seconds histogram {}',
    'p31_symbols gauge {}',
    'p31_confident_symbols gauge {}',
    'p31_fresh_symbols gauge {}',
    'p31_bad_names_total counter {}',
    'p31_shards_held gauge {}',
    'p31_lease_lost_total counter {}',
    'p31_periods_total counter {result}',
    'p31_periods_skipped_total counter {}',
    'p31_periods_refused_total counter {reason}',
    'p31_states_reset_total counter {problem}',
    'p31_stream_entries_total counter {stream,result}',
    'p31_loop_interval_seconds gauge {}',
    'p31_last_loop_timestamp_seconds gauge {}',
    'p31_redis_evicts gauge {}',
    'p31_clock_skew_seconds gauge {}',
    'p31_efficiency_score gauge {symbol}',
    'p31_confidence gauge {symbol}',
    'p31_exec_events_total counter {symbol}',
    'p31_inputs_missing_total counter {symbol,which}',
    'p31_inputs_stale_total counter {symbol,which}',
    'p31_written_total counter {symbol}',
  ],
  'target-rollout': [
    'rollout_loops_total counter {}',
    'rollout_loop_errors_total counter {}',
    'rollout_loops_missed_total counter {}',
    'rollout_loop_duration_seconds histogram {}',
    'rollout_leads gauge {}',
    'rollout_lease_lost_total counter {}',
    'rollout_writes_refused_total counter {reason}',
    'rollout_state_problems_total counter {problem}',
    'rollout_transitions_total counter {to,reason}',
    'rollout_loop_interval_seconds gauge {}',
    'rollout_last_loop_timestamp_seconds gauge {}',
    'rollout_redis_evicts gauge {}',
    'rollout_clock_skew_seconds gauge {}',
    'rollout_state gauge {state}',
    'rollout_stage gauge {}',
    'rollout_blend gauge {}',
    'rollout_guard gauge {guard,verdict}',
    'rollout_advantage_bps gauge {}',
    'rollout_e_value gauge {test}',
    'rollout_symbols gauge {}',
    'rollout_symbols_due gauge {}',
    'rollout_deadman_seconds gauge {}',
    'rollout_keys_left gauge {}',
    'rollout_multiplier gauge {symbol}',
  ],
  console: [
    'console_requests_total counter {status}',
    'console_open_pages gauge {}',
    'console_redis_evicts gauge {}',
    'console_clock_skew_seconds gauge {}',
  ],
  every: [
    'quantum_metrics_symbols_left_out gauge {}',
    'p31_policy_reload_total counter {result}',
    'p31_policy_file_ok gauge {}',
  ],
};

/** Services with series by symbol. */
const CREATE: Readonly<Record<string, (options: MetricsOptions) => { readonly registry: Registry }>> = {
  'allocation-target': createProposerMetrics,
  'governor-plugin': createGovernorMetrics,
  'permit-annotator': createAnnotatorMetrics,
  'efficiency-brain': createBrainMetrics,
  'target-rollout': createRolloutMetrics,
};
const APPS = (Object.keys(METRIC_GROUPS) as (keyof typeof METRIC_GROUPS)[]).filter((app) => app !== 'every');

describe('the reasons that are counted', () => {
  it('are those of the contract, in its order', () => {
    expect(SKIP_REASONS).toEqual(['no_target', 'invalid_target', 'redis_error', 'bad_name']);
    expect(DEADLETTER_REASONS).toEqual([
      ...['invalid_plan_id', 'invalid_symbol', 'invalid_qty', 'invalid_price'],
      ...['max_deliveries', 'too_large', 'invalid_record'],
    ]);
  });
});

describe('describeMetrics', () => {
  it.each(Object.entries(CONTRACT))('lists the contract of %s by names, types and labels', (service, shapes) => {
    expect(rows.filter((row) => row.service === service).map(shape)).toEqual(shapes);
  });

  it.each(APPS)('lists exactly what %s exposes', async (service) => {
    const create = CREATE[service] ?? ((options) => createServiceMetrics(service, options));
    const listed = rows.filter((row) => row.service === service || row.service === 'every');
    const expected = listed.map(({ name, type }) => `${name} ${type}`).sort();
    expect(await exposed(create({ maxSymbols: 1 }).registry)).toEqual(expected);
  });

  it('starts with an accepted policy file', async () => {
    const text = await createGovernorMetrics({ maxSymbols: 1 }).registry.metrics();
    expect(text).toContain('\np31_policy_file_ok 1\n');
    expect(text).toContain('\np31_policy_reload_total{result="refused"} 0\n');
  });
});
