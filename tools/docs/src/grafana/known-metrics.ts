import { createServiceMetrics, describeMetrics } from '@quantum/metrics';
import { SERVICES } from '@quantum/service-config';

/** By label name, every value it can have, or `any`. */
type Labels = Readonly<Record<string, readonly string[] | 'any'>>;

/** A metric that a query may ask for. */
export interface KnownMetric {
  readonly type: string;
  readonly labels: Labels;
}

/** The job of each service, as it must be named in Prometheus' configuration. */
const JOBS: readonly string[] = SERVICES.map(({ name }) => `quantum-${name}`);

/** What Prometheus adds to every series that it scrapes. */
export const SCRAPED: Labels = { job: JOBS, instance: 'any' };

const merged = (one: Labels, other: Labels): Labels =>
  Object.fromEntries(
    Object.keys({ ...one, ...other }).map((label) => {
      const [a = [], b = []] = [one[label], other[label]];
      return [label, a === 'any' || b === 'any' ? 'any' : [...new Set([...a, ...b])]];
    }),
  );

/** prom-client's metrics of a process, and ours beside them: their names and labels as a registry has them. */
const ofProcess = (): [string, KnownMetric][] =>
  createServiceMetrics('console', { maxSymbols: 0 })
    .registry.getMetricsAsArray()
    .map((metric) => metric as unknown as { name: string; type: string; labelNames?: readonly string[] })
    .map(({ name, type, labelNames = [] }) => {
      return [name, { type, labels: Object.fromEntries(labelNames.map((label) => [label, 'any'] as const)) }];
    });

/** What Prometheus itself makes. */
const OF_PROMETHEUS: [string, KnownMetric][] = [
  ['up', { type: 'gauge', labels: {} }],
  ['ALERTS', { type: 'gauge', labels: { alertname: 'any', alertstate: ['pending', 'firing'], severity: 'any', owner: 'any' } }],
]; // prettier-ignore

function knownMetrics(): ReadonlyMap<string, KnownMetric> {
  const known = new Map([...ofProcess(), ...OF_PROMETHEUS]);
  const declared = new Map<string, KnownMetric>();
  for (const { name, type, labels } of describeMetrics()) {
    declared.set(name, { type, labels: merged(declared.get(name)?.labels ?? {}, labels) });
  }
  return new Map([...known, ...declared]);
}

/** Every metric that Prometheus has of the services, by name. */
export const KNOWN_METRICS = knownMetrics();
