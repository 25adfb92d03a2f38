import type { ServiceName } from '@quantum/service-config';
import { cycleRow, never, share, type Layout } from './layout.js';
import { ROLLOUT_LAYOUT } from './layout-rollout.js';

const PROPOSER: Layout = {
  title: 'Proposer',
  description: 'Shadow proposals of allocation-target, and the cycles that make them.',
  rows: [
    {
      title: 'Proposals',
      panels: [
        { metric: 'p29_shadow_proposed_total', title: 'Proposals by reason' },
        { metric: 'p29_shadow_skipped_total', title: 'Symbols without a proposal by reason' },
        { metric: 'p29_shadow_symbols', title: 'Symbols of the last cycle' },
      ],
    },
    cycleRow('p29_shadow'),
    {
      title: 'By symbol',
      panels: [
        { metric: 'p29_shadow_multiplier', title: 'Multiplier', unit: 'none', decimals: 2, min: 0 },
        share('p29_shadow_eff_score', 'Efficiency score'),
        share('p29_shadow_eff_confidence', 'Confidence of the score'),
      ],
    },
    {
      title: 'Shards and budget',
      panels: [
        { metric: 'p29_shadow_shards_held', title: 'Shards held; 0: a standby' },
        { metric: 'p29_shadow_budget_scale', title: 'Budget scale; 1: off', unit: 'none', decimals: 2 },
        never('p29_shadow_budget_unmet_total', 'Cycles that could not meet the budget'),
      ],
    },
  ],
};

const GOVERNOR_JOB = 'job="quantum-governor"';
const RATE = '[$__rate_interval]';
// Decisions and permits, not counters by symbol: those first appear as 1, which rate() does not show.
const PERMITS = `sum(rate(p32_eff_apply_total{${GOVERNOR_JOB}}${RATE}))`;
const DECISIONS = `sum(rate(p32_plan_latency_seconds_count{${GOVERNOR_JOB}}${RATE}))`;

const GOVERNOR: Layout = {
  title: 'Governor',
  description: 'Permits and refusals, what each gate says, how long a plan waits, and what goes wrong.',
  rows: [
    {
      title: 'Plans',
      panels: [
        {
          title: 'Plans decided and permitted',
          description: 'The others are refused. Per minute. Metrics: p32_plan_latency_seconds, p32_eff_apply_total.',
          unit: 'cpm',
          queries: [
            { expr: `60 * ${DECISIONS}`, legend: 'decided' },
            { expr: `60 * ${PERMITS}`, legend: 'permitted' },
          ],
        },
        {
          title: 'Share of plans refused',
          description: 'Decided plans without a permit. Metrics: p32_plan_latency_seconds, p32_eff_apply_total.',
          unit: 'percentunit',
          min: 0,
          max: 1,
          steps: [[0.9, 'red']],
          queries: [{ expr: `clamp_min(1 - ${PERMITS} / ${DECISIONS}, 0)`, legend: 'refused' }],
        },
        { metric: 'quantum_govern_block_total', title: 'Refusals by gate' },
        { metric: 'p32_eff_apply_total', title: 'Permits by hint and reason' },
        { metric: 'p32_plans_skipped_total', title: 'Entries that are no plan to execute' },
        { metric: 'p32_duplicates_total', title: 'Deliveries of decided plans' },
      ],
    },
    {
      title: 'Time and gates',
      panels: [
        { metric: 'p32_plan_latency_seconds', title: 'From the stream to the decision', steps: [[1, 'red']] },
        { metric: 'p32_decision_duration_seconds', title: 'Time to decide, in process' },
        {
          title: 'Refusing verdicts by gate and mode',
          description: 'A gate in shadow refuses nothing, its verdict is counted. Per minute. Metric: p32_gate_total.',
          unit: 'cpm',
          queries: [
            {
              expr: `60 * sum by (gate, mode) (rate(p32_gate_total{${GOVERNOR_JOB}, verdict="refuse"}${RATE}))`,
              legend: '{{gate}} {{mode}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Trouble',
      panels: [
        { metric: 'p32_errors_total', title: 'Errors by kind' },
        never('p32_deadletter_total', 'Dead letters by reason'),
        never('p32_plans_lost_total', 'Plans lost from the stream'),
        never('p32_plans_lost_possible_total', 'Plans possibly lost'),
        never('quantum_govern_disarm_total', 'Times it disarmed itself'),
        { metric: 'p32_kill_score_missing_total', title: 'Opens decided without a kill score' },
      ],
    },
    {
      title: 'By symbol',
      panels: [
        { metric: 'quantum_govern_allow_total', title: 'Permits of all symbols' },
        share('p32_eff_factor', 'Size factor of the hint'),
        { metric: 'quantum_govern_exec_count_hour', title: 'Permits counted in the last hour' },
        { metric: 'quantum_govern_exec_count_5min', title: 'Permits counted in five minutes' },
      ],
    },
  ],
};

const BRAIN_JOB = '{job="quantum-brain"}';

const BRAIN: Layout = {
  title: 'Efficiency brain',
  description: 'Scores, the inputs that they rest on, and the cycles that make them.',
  rows: [
    {
      title: 'Scores',
      panels: [
        {
          title: 'Symbols: scored, confident, with fresh inputs',
          description: 'Metrics: p31_symbols, p31_confident_symbols, p31_fresh_symbols.',
          unit: 'short',
          min: 0,
          queries: [
            { expr: `sum(p31_symbols${BRAIN_JOB})`, legend: 'scored' },
            { expr: `sum(p31_confident_symbols${BRAIN_JOB})`, legend: 'confident' },
            { expr: `sum(p31_fresh_symbols${BRAIN_JOB})`, legend: 'fresh inputs' },
          ],
        },
        share('p31_efficiency_score', 'Efficiency score'),
        share('p31_confidence', 'Confidence of the score'),
        { metric: 'p31_written_total', title: 'Efficiency hashes written' },
      ],
    },
    {
      title: 'Inputs',
      panels: [
        { metric: 'p31_inputs_missing_total', title: 'Missing inputs' },
        { metric: 'p31_inputs_stale_total', title: 'Stale inputs' },
        { metric: 'p31_stream_entries_total', title: 'Entries of execution streams by result', by: ['result'] },
        { metric: 'p31_exec_events_total', title: 'Executions read' },
        { metric: 'p31_periods_total', title: 'Closed periods by result' },
        { metric: 'p31_periods_skipped_total', title: 'Periods that were never closed' },
      ],
    },
    cycleRow('p31'),
  ],
};

/** What dashboards say of services beyond the declarations of their metrics. */
export const LAYOUTS: Partial<Readonly<Record<ServiceName, Layout>>> = {
  'allocation-target': PROPOSER,
  governor: GOVERNOR,
  brain: BRAIN,
  rollout: ROLLOUT_LAYOUT,
};
