import type { Registry } from 'prom-client';

/** prom-client does not declare the labels that series share, as those of a symbol do. */
interface Series {
  readonly labels: object;
  readonly sharedLabels?: object;
  readonly value: number;
}

/** The value of the first series of a metric that has these labels, among others; undefined without one. */
export async function metricValue(
  registry: Registry,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<number | undefined> {
  const series: readonly Series[] = (await registry.getSingleMetric(name)?.get())?.values ?? [];
  return series.find((each) => {
    const given: Record<string, unknown> = { ...each.labels, ...each.sharedLabels };
    return Object.entries(labels).every(([label, value]) => given[label] === value);
  })?.value;
}
