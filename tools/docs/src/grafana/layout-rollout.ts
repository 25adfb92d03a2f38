import { cycleRow, never, type Layout } from './layout.js';

const JOB = 'job="quantum-rollout"';

/** A guard as one number: the worst of its verdicts that holds. */
const VERDICTS = ['PASS', 'UNKNOWN', 'BREACH']
  .map((verdict, value) => `${value} * max by (guard) (rollout_guard{${JOB}, verdict="${verdict}"} == 1)`)
  .join(' or ');

/** What the dashboard of target-rollout shows. */
export const ROLLOUT_LAYOUT: Layout = {
  title: 'Rollout',
  description: 'State, stage and guards of the rollout, what it enforces, and the evidence so far. Only the process that leads has these series.',
  rows: [
    {
      title: 'Enforcement',
      panels: [
        {
          title: 'State',
          description: 'The state in force is shown as on. Metric: rollout_state.',
          unit: 'none',
          kind: 'state-timeline',
          words: { 0: '', 1: 'on' },
          below: 'green',
          steps: [[1, 'yellow']],
          queries: [{ expr: `max by (state) (rollout_state{${JOB}})`, legend: '{{state}}' }],
        },
        { metric: 'rollout_stage', title: 'Stage; 0: none', decimals: 0, min: 0 },
        { metric: 'rollout_blend', title: 'Blend', unit: 'percentunit', min: 0, max: 1 },
        {
          metric: 'rollout_deadman_seconds',
          title: 'Time until the multipliers expire',
          below: 'red',
          steps: [[10, 'green']],
          min: 0,
        },
        {
          title: 'Symbols: due and published',
          description: 'More due than published: some are at their base. Metrics: rollout_symbols_due, rollout_symbols.',
          unit: 'short',
          min: 0,
          queries: [
            { expr: `max(rollout_symbols_due{${JOB}})`, legend: 'due' },
            { expr: `max(rollout_symbols{${JOB}})`, legend: 'published' },
          ],
        },
        { metric: 'rollout_multiplier', title: 'Effective multiplier', unit: 'none', decimals: 2, min: 0 },
      ],
    },
    {
      title: 'Guards and evidence',
      panels: [
        {
          title: 'Last verdict of each guard',
          description: 'Metric: rollout_guard.',
          unit: 'none',
          kind: 'state-timeline',
          words: { 0: 'PASS', 1: 'UNKNOWN', 2: 'BREACH' },
          steps: [[1, 'orange'], [2, 'red']],
          queries: [{ expr: VERDICTS, legend: '{{guard}}' }],
        },
        { metric: 'rollout_advantage_bps', title: 'Advantage of the last closed hour', unit: 'suffix: bps', decimals: 1 },
        { metric: 'rollout_e_value', title: 'E-values of the tests', unit: 'none', min: 0 },
        { metric: 'rollout_transitions_total', title: 'Transitions by state and move' },
        never('rollout_writes_refused_total', 'Refused writes by reason'),
        never('rollout_state_problems_total', 'Cycles without a usable state'),
      ],
    },
    cycleRow('rollout'),
  ],
}; // prettier-ignore
