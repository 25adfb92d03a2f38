import { SERVICES, type Service } from '@quantum/service-config';
import type { DashboardSpec } from './dashboard.js';
import { LAYOUTS } from './layouts.js';
import { bySymbol, jobOf, metricPanel, metricsOf, type Change } from './of-metric.js';
import type { PanelSpec } from './panel.js';

/** Its processes, how long ago it decided, and its server: what every service has. */
function stateRow(service: Service): PanelSpec[] {
  const rows = metricsOf(service);
  const job = jobOf(service);
  const named = (suffix: string) => rows.find(({ name }) => name.endsWith(suffix));
  const processes: PanelSpec = {
    title: 'Processes that answer',
    description: 'Processes whose /metrics Prometheus reads. Metric: up.',
    kind: 'stat',
    unit: 'short',
    below: 'red',
    steps: [[1, 'green']],
    queries: [{ expr: `sum(up{job="${job}"})`, legend: 'processes' }],
  };
  const last = named('_last_loop_timestamp_seconds');
  const interval = named('_loop_interval_seconds');
  const cycle: PanelSpec | undefined = last && interval && {
    title: 'Intervals since the last good cycle',
    description: `Of the process that decides; three are an alert. Metrics: ${last.name}, ${interval.name}.`,
    kind: 'stat',
    unit: 'none',
    decimals: 1,
    steps: [[2, 'orange'], [3, 'red']],
    queries: [
      { expr: `(time() - max(${last.name}{job="${job}"})) / max(${interval.name}{job="${job}"})`, legend: 'intervals' },
    ],
  }; // prettier-ignore
  const evicts = named('_redis_evicts');
  const skew = named('_clock_skew_seconds');
  const server: PanelSpec[] = [
    ...(evicts ? [metricPanel(evicts, service, { title: 'Eviction by Redis', kind: 'stat', words: { 0: 'never', 1: 'possible' }, steps: [[1, 'red']] })] : []),
    ...(skew ? [metricPanel(skew, service, { title: 'Our clock ahead of that of Redis', kind: 'stat', below: 'red', steps: [[-2, 'green'], [2, 'red']] })] : []),
  ]; // prettier-ignore
  return [processes, ...(cycle ? [cycle] : []), ...server].map((panel) => ({ ...panel, width: 6 }));
}

const isChange = (panel: Change | PanelSpec): panel is Change => 'metric' in panel;

/** Whether a panel asks for a metric, or for a series of its histogram. */
const asksFor = (name: string, { queries }: PanelSpec): boolean =>
  queries.some(({ expr }) => new RegExp(`\\b${name}(_bucket|_sum|_count)?\\b`).test(expr));

/**
 * The dashboard of a service: its state, its layout, then every metric that these leave out. @throws Error for a metric
 * it has not
 */
function serviceDashboard(service: Service): DashboardSpec {
  const metrics = metricsOf(service);
  const layout = LAYOUTS[service.name];
  const resolve = (panel: Change | PanelSpec): PanelSpec => {
    if (!isChange(panel)) return panel;
    const row = metrics.find(({ name }) => name === panel.metric);
    if (!row) throw new Error(`the dashboard of ${service.name} names a metric that it has not: ${panel.metric}`);
    return metricPanel(row, service, panel);
  };
  const rows = [
    { title: 'Now', panels: stateRow(service) },
    ...(layout?.rows ?? []).map(({ title, panels }) => ({ title, panels: panels.map(resolve) })),
  ];
  const shown = rows.flatMap(({ panels }) => panels);
  const more = metrics.filter(({ name }) => !shown.some((panel) => asksFor(name, panel)));
  const symbolsOf = metrics.find(bySymbol)?.name;
  return {
    uid: jobOf(service),
    title: `Quantum: ${layout?.title ?? service.name}`,
    description: layout?.description ?? `Every metric of ${service.app}.`,
    rows: [
      ...rows,
      ...(more.length > 0 ? [{ title: 'More', panels: more.map((row) => metricPanel(row, service)) }] : []),
    ],
    ...(symbolsOf !== undefined && { symbolsOf }),
  };
}

/** A dashboard for each service of the registry. */
export const serviceDashboards = (): DashboardSpec[] => SERVICES.map(serviceDashboard);
