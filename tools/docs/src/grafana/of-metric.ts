import { describeMetrics, type MetricRow } from '@quantum/metrics';
import type { Service } from '@quantum/service-config';
import type { PanelSpec, Query } from './panel.js';

/** What a dashboard says of a metric beyond its declaration. */
export type Change = Partial<Omit<PanelSpec, 'queries'>> & {
  readonly metric: string;
  /** Labels that have a line for each value; by default every label but the symbol. */
  readonly by?: readonly string[];
};

/** The job by which Prometheus scrapes a service. */
export const jobOf = ({ name }: Pick<Service, 'name'>): string => `quantum-${name}`;

/** Metrics that every service has are in the dashboard of the processes. */
export const metricsOf = ({ app }: Pick<Service, 'app'>): readonly MetricRow[] =>
  describeMetrics().filter(({ service }) => service === app);

export const bySymbol = ({ labels }: MetricRow): boolean => 'symbol' in labels;

const legend = (labels: readonly string[], fallback: string): string =>
  labels.length === 0 ? fallback : labels.map((label) => `{{${label}}}`).join(' ');

const grouped = (labels: readonly string[]): string => (labels.length === 0 ? '' : ` by (${labels.join(', ')})`);

const WINDOW = '[$__rate_interval]';

function queriesOf({ name, type, labels }: MetricRow, job: string, by: readonly string[]): Query[] {
  const of = (series: string, more = ''): string => `${series}{job="${job}"${more}}`;
  switch (type) {
    case 'counter':
      return [{ expr: `60 * sum${grouped(by)} (rate(${of(name)}${WINDOW}))`, legend: legend(by, 'all') }];
    case 'histogram':
      return [0.5, 0.95, 0.99].map((quantile) => ({
        expr: `histogram_quantile(${quantile}, sum by (le) (rate(${of(`${name}_bucket`)}${WINDOW})))`,
        legend: `p${quantile * 100}`,
      }));
    case 'gauge': {
      if (!('symbol' in labels)) {
        const lines = ['instance', ...by];
        return [{ expr: `max${grouped(lines)} (${of(name)})`, legend: legend(lines, '') }];
      }
      const spread = [0.05, 0.5, 0.95].map((quantile) => ({
        expr: `quantile(${quantile}, ${of(name)})`,
        legend: `p${quantile * 100} of symbols`,
      }));
      return [...spread, { expr: `max by (symbol) (${of(name, ', symbol=~"$symbol"')})`, legend: '{{symbol}}' }];
    }
  }
}

/** Units by the suffix of a name, as Prometheus wants suffixes. */
function unitOf({ name, type }: MetricRow): string {
  if (type === 'counter') return 'cpm';
  if (name.endsWith('_seconds')) return 's';
  return name.endsWith('_bytes') ? 'bytes' : 'short';
}

/** The first words of its help: up to the first mark. */
const titleOf = ({ help }: MetricRow): string => (help.split(/[;,(]/, 1)[0] ?? help).trim();

/** The panel of a metric: query, unit and texts follow from its declaration, where the dashboard says nothing else. */
export function metricPanel(
  row: MetricRow,
  service: Pick<Service, 'name'>,
  change?: Omit<Change, 'metric'>,
): PanelSpec {
  const { by = Object.keys(row.labels).filter((label) => label !== 'symbol'), ...own } = change ?? {};
  const perMinute = row.type === 'counter' ? ' Per minute.' : '';
  return {
    title: titleOf(row),
    description: `${row.help}.${perMinute} Metric: ${row.name}.`,
    unit: unitOf(row),
    queries: queriesOf(row, jobOf(service), by),
    ...own,
  };
}
