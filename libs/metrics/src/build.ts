import { collectDefaultMetrics, Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { BOTH, METRIC_GROUPS, POLICY } from './declarations.js';
import type { Declaration } from './declaration.js';
import { YieldingRegistry } from './yielding-registry.js';

export interface MetricsOptions {
  /** Maximum number of symbols with series of their own (METRICS_MAX_SYMBOLS). */
  readonly maxSymbols: number;
  /** The registry to use; by default a new one. */
  readonly registry?: Registry;
  /** By label name, the values of open labels from which counters start at 0: another library lists them. */
  readonly known?: Known;
}

type Known = Readonly<Record<string, readonly string[]>>;

/** The labels of a metric: closed lists become unions, open ones any text. */
export type LabelsOf<D extends Declaration> = {
  readonly [K in keyof D['labels']]: D['labels'][K] extends readonly (infer V)[] ? V : string;
};

export interface LabelledCounter<L> {
  inc(labels: L, by?: number): void;
}

type Metric<D extends Declaration> = D['type'] extends 'counter'
  ? keyof D['labels'] extends never
    ? { inc(by?: number): void }
    : LabelledCounter<LabelsOf<D>>
  : D['type'] extends 'gauge'
    ? { set(value: number): void; remove(): void }
    : { observe(value: number): void };

/** A group of declarations as metrics to count, set or observe. */
export type Metrics<G extends Readonly<Record<string, Declaration>>> = { readonly [K in keyof G]: Metric<G[K]> };

/**
 * Sampling interval of the event loop, ms. Its delays (`nodejs_eventloop_lag_*`) include it. At 10 ms, prom-client's
 * default, sampling was half of an idle service's CPU time; at 25 ms a third.
 */
const LOOP_SAMPLE_MS = 100;

/** The given registry or a new one, with prom-client's process metrics. */
function registryWithDefaults({ registry = new YieldingRegistry() }: MetricsOptions): Registry {
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LOOP_SAMPLE_MS });
  return registry;
}

/** The common configuration of every prom-client metric. */
export const configuration = ({ name, help, labels }: Declaration, registry: Registry) => ({
  name,
  help,
  labelNames: Object.keys(labels),
  registers: [registry],
});

/** Every combination of label values; none if a label's values are an open set without known ones. */
function combinations(labels: Declaration['labels'], known: Known): Record<string, string>[] {
  return Object.entries(labels).reduce<Record<string, string>[]>(
    (partial, [label, closed]) => {
      const values = closed === 'any' ? (known[label] ?? []) : closed;
      return partial.flatMap((others) => values.map((value) => ({ ...others, [label]: value })));
    },
    [{}],
  );
}

function build(declaration: Declaration, registry: Registry, known: Known): Counter | Gauge | Histogram {
  const common = configuration(declaration, registry);
  if (declaration.type === 'gauge') return new Gauge(common);
  if (declaration.type === 'histogram') return new Histogram({ ...common, buckets: [...(declaration.buckets ?? [])] });
  const counter = new Counter(common);
  // Start at 0: a series that first appears as 1 shows no increase.
  for (const labels of combinations(declaration.labels, known)) counter.inc(labels, 0);
  return counter;
}

/**
 * Builds a group of metrics in a registry; counters start at 0 for every combination of closed or known label values.
 */
export function buildMetrics<G extends Readonly<Record<string, Declaration>>>(
  group: G,
  registry: Registry,
  known: Known = {},
): Metrics<G> {
  const built = Object.entries(group).map(([key, declared]): [string, unknown] => [
    key,
    build(declared, registry, known),
  ]);
  return Object.fromEntries(built) as Metrics<G>;
}

/** The counters of a service's policy file. */
export type PolicyMetrics = Metrics<typeof POLICY>;

/** A running service has started with a file that it accepted. */
function buildPolicyMetrics(registry: Registry): PolicyMetrics {
  const metrics = buildMetrics(POLICY, registry);
  metrics.policyFileOk.set(1);
  return metrics;
}

/** Metrics of a service by its app: the first of its groups, and what every service counts. */
export function createServiceMetrics<S extends keyof typeof METRIC_GROUPS>(
  app: S,
  options: MetricsOptions,
): Metrics<(typeof METRIC_GROUPS)[S][0]> & PolicyMetrics & { readonly registry: Registry } {
  const registry = registryWithDefaults(options);
  const groups: readonly unknown[] = METRIC_GROUPS[app];
  const group: (typeof METRIC_GROUPS)[S][0] = METRIC_GROUPS[app][0];
  const metrics = { ...buildMetrics(group, registry, options.known), ...buildPolicyMetrics(registry), registry };
  if (groups.length === 1) buildMetrics(BOTH, registry); // without series by symbol, none is left out
  return metrics;
}
