import { describeMetrics } from '@quantum/metrics';
import type { DashboardSpec } from './dashboard.js';
import type { PanelSpec, Query } from './panel.js';

const ALL = 'job=~"quantum-.*"';
const BY = ' by (job, instance)';
const LINE = '{{job}} {{instance}}';
const RATE = '[$__rate_interval]';

const panel = (title: string, unit: string, expr: string, more: Partial<PanelSpec> = {}): PanelSpec => ({
  title,
  description: `By process. Query: ${expr}`,
  unit,
  min: 0,
  queries: [{ expr, legend: LINE }],
  ...more,
});

/** One query for each service's metric of this name. */
const ofEach = (suffix: string): Query[] =>
  [...new Set(describeMetrics().map(({ name }) => name))]
    .filter((name) => name.endsWith(suffix))
    .map((name) => ({ expr: `max${BY} (${name})`, legend: LINE }));

const MB = 2 ** 20;

/** The processes themselves: prom-client's metrics, and what every service says of its server and its policy. */
export const RUNTIME: DashboardSpec = {
  uid: 'quantum-runtime',
  title: 'Quantum: processes',
  description: 'Processes of the services: time up, processor, memory, event loop, their server and their policy file.',
  rows: [
    {
      title: 'Processes',
      panels: [
        panel('Time since the start', 's', `max${BY} (time() - process_start_time_seconds{${ALL}})`),
        panel('Starts in the last hour', 'short', `sum${BY} (changes(process_start_time_seconds{${ALL}}[1h]))`, { steps: [[3, 'orange']] }),
        panel('Processor, share of a core', 'percentunit', `sum${BY} (rate(process_cpu_seconds_total{${ALL}}${RATE}))`, { steps: [[0.8, 'orange'], [1, 'red']] }),
        panel('Resident memory; the unit ends at 512 MB', 'bytes', `max${BY} (process_resident_memory_bytes{${ALL}})`, { steps: [[400 * MB, 'orange'], [512 * MB, 'red']] }),
        panel('Heap in use', 'bytes', `max${BY} (nodejs_heap_size_used_bytes{${ALL}})`),
        panel('Open descriptors; the unit allows 4096', 'short', `max${BY} (process_open_fds{${ALL}})`, { steps: [[3000, 'orange'], [4096, 'red']] }),
      ],
    },
    {
      title: 'Event loop',
      panels: [
        panel('Delay of the event loop, p99', 's', `max${BY} (nodejs_eventloop_lag_p99_seconds{${ALL}})`, { steps: [[0.25, 'orange'], [1, 'red']] }),
        panel('Share of time in garbage collection', 'percentunit', `sum${BY} (rate(nodejs_gc_duration_seconds_sum{${ALL}}${RATE}))`, { steps: [[0.1, 'orange']] }),
        panel('Active resources', 'short', `sum${BY} (nodejs_active_resources{${ALL}})`),
      ],
    },
    {
      title: 'Server and policy',
      panels: [
        { title: 'Clock ahead of that of Redis', description: 'Two seconds make a service unready. Metrics: *_clock_skew_seconds.', unit: 's', below: 'red', steps: [[-2, 'green'], [2, 'red']], queries: ofEach('_clock_skew_seconds') },
        { title: 'Redis may evict keys', description: '1: it may. Metrics: *_redis_evicts.', unit: 'none', min: 0, max: 1, steps: [[1, 'red']], queries: ofEach('_redis_evicts') },
        panel('Policy file in force', 'none', `min${BY} (p31_policy_file_ok{${ALL}})`, { max: 1, words: { 0: 'refused', 1: 'in force' }, below: 'red', steps: [[1, 'green']] }),
        { title: 'Reads of the policy file by result', description: 'Per minute. Metric: p31_policy_reload_total.', unit: 'cpm', queries: [{ expr: `60 * sum by (job, result) (rate(p31_policy_reload_total{${ALL}}${RATE}))`, legend: '{{job}} {{result}}' }] },
        panel('Symbols without series of their own', 'short', `max${BY} (quantum_metrics_symbols_left_out{${ALL}})`, { steps: [[1, 'orange']] }),
      ],
    },
  ],
}; // prettier-ignore
