import { SERVICES } from '@quantum/service-config';
import type { DashboardSpec } from './dashboard.js';
import { jobOf } from './of-metric.js';
import type { PanelSpec, Query } from './panel.js';

const RATE = '[$__rate_interval]';
const perMinute = (series: string, by = ''): string => `60 * sum${by} (rate(${series}${RATE}))`;

const up = SERVICES.map((service): PanelSpec => ({
  title: service.name,
  description: `Processes of ${service.app} that answer; no data: it is not installed or not scraped. Metric: up.`,
  kind: 'stat',
  unit: 'short',
  below: 'red',
  steps: [[1, 'green']],
  width: 3,
  queries: [{ expr: `sum(up{job="${jobOf(service)}"})`, legend: service.name }],
}));

const watchdog: PanelSpec = {
  title: 'Alert rules',
  description: 'The alert Watchdog always fires while Prometheus evaluates the rules of deploy/prometheus.',
  kind: 'stat',
  unit: 'none',
  words: { 0: 'not evaluated', 1: 'evaluated' },
  below: 'red',
  steps: [[1, 'green']],
  width: 3,
  queries: [{ expr: 'max(ALERTS{alertname="Watchdog", alertstate="firing"}) or vector(0)', legend: 'rules' }],
};

const firing: PanelSpec = {
  title: 'Firing alerts',
  description: 'Each alert names its owner, the first command and the action in deploy/prometheus/alerts.yml.',
  kind: 'table',
  unit: 'none',
  width: 24,
  queries: [
    {
      expr: 'max by (alertname, severity, owner, job, instance) (ALERTS{alertname!="Watchdog", alertstate="firing"})',
      legend: '{{alertname}}',
    },
  ],
};

const line = (title: string, description: string, queries: readonly Query[], more: Partial<PanelSpec> = {}): PanelSpec => ({
  title,
  description,
  unit: 'cpm',
  queries,
  ...more,
}); // prettier-ignore

const decisions: PanelSpec[] = [
  line('Symbols: scored and confident', 'Of the efficiency brain. Metrics: p31_symbols, p31_confident_symbols.', [
    { expr: 'sum(p31_symbols)', legend: 'scored' },
    { expr: 'sum(p31_confident_symbols)', legend: 'confident' },
  ], { unit: 'short', min: 0 }),
  line('Proposals by reason', 'Every reason but ok leaves the target as it is. Metric: p29_shadow_proposed_total.', [
    { expr: perMinute('p29_shadow_proposed_total', ' by (reason)'), legend: '{{reason}}' },
  ]),
  line('Permits and refusals', 'Metrics: p32_eff_apply_total, quantum_govern_block_total.', [
    { expr: perMinute('p32_eff_apply_total'), legend: 'permits' },
    { expr: perMinute('quantum_govern_block_total', ' by (reason)'), legend: 'refused by {{reason}}' },
  ]),
  line('Wait of a plan, p99', 'From the stream to the decision. Metric: p32_plan_latency_seconds.', [
    { expr: `histogram_quantile(0.99, sum by (le) (rate(p32_plan_latency_seconds_bucket${RATE})))`, legend: 'p99' },
  ], { unit: 's', steps: [[1, 'red']] }),
  line('Blend of the rollout', 'Share of the proposals that is enforced. Metric: rollout_blend.', [
    { expr: 'max(rollout_blend)', legend: 'blend' },
  ], { unit: 'percentunit', min: 0, max: 1 }),
  line('Guards of the rollout that do not pass', 'Metric: rollout_guard.', [
    { expr: 'max by (guard, verdict) (rollout_guard{verdict!="PASS"} == 1)', legend: '{{guard}} {{verdict}}' },
  ], { unit: 'none', min: 0, steps: [[1, 'red']] }),
]; // prettier-ignore

const trouble: PanelSpec[] = [
  line('Failed cycles', 'Refused writes are among them. Metrics: p31_, p29_shadow_ and rollout_loop_errors_total.', [
    { expr: perMinute('p31_loop_errors_total'), legend: 'brain' },
    { expr: perMinute('p29_shadow_loop_errors_total'), legend: 'allocation-target' },
    { expr: perMinute('rollout_loop_errors_total'), legend: 'rollout' },
  ], { steps: [[1, 'red']] }),
  line('Errors of the governor', 'Metric: p32_errors_total.', [
    { expr: `${perMinute('p32_errors_total', ' by (kind)')} > 0`, legend: '{{kind}}' },
  ], { steps: [[1, 'orange']] }),
  line('Dead letters and lost plans', 'Metrics: p32_deadletter_total, p32_plans_lost_total.', [
    { expr: perMinute('p32_deadletter_total', ' by (reason)'), legend: 'dead letter: {{reason}}' },
    { expr: perMinute('p32_plans_lost_total'), legend: 'lost' },
  ], { steps: [[1, 'red']] }),
]; // prettier-ignore

/** Whether all is well, and what the services decide. */
export const OVERVIEW: DashboardSpec = {
  uid: 'quantum-overview',
  title: 'Quantum: overview',
  description: 'Whether all is well, and what the services decide.',
  rows: [
    { title: 'Services', panels: [...up, watchdog] },
    { title: 'Alerts', panels: [firing] },
    { title: 'From score to permit', panels: decisions },
    { title: 'Trouble', panels: trouble },
  ],
};
