/** The metrics of a Prometheus endpoint at one time. */
export interface Metrics {
  /** Names with a `# TYPE` line: registered, with or without a count. */
  names: ReadonlySet<string>;
  samples: readonly { name: string; labels: Readonly<Record<string, string>>; value: number }[];
}

const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;

/** Parses the Prometheus text format. Other lines are ignored. */
export function parseMetrics(text: string): Metrics {
  const names = new Set<string>();
  const samples = text.split('\n').flatMap((line) => {
    const typed = /^# TYPE (\S+)/.exec(line)?.[1];
    if (typed !== undefined) names.add(typed);
    const [, name, labelText = '', value] = SAMPLE.exec(line) ?? [];
    if (name === undefined) return [];
    const labels = Object.fromEntries(
      [...labelText.matchAll(LABEL)].map(([, key = '', quoted = '']) => [key, quoted.replace(/\\(.)/g, '$1')]),
    );
    return [{ name, labels, value: Number(value) }];
  });
  return { names, samples };
}

/** Sum over all series of a name that carry these labels; 0 if absent. */
export const sumOf = (metrics: readonly Metrics[], name: string, labels: Readonly<Record<string, string>> = {}) =>
  metrics
    .flatMap(({ samples }) => samples)
    .filter((sample) => sample.name === name && Object.entries(labels).every(([k, v]) => sample.labels[k] === v))
    .reduce((sum, { value }) => sum + value, 0);
