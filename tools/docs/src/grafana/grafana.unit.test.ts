import { describe, expect, it } from '@jest/globals';
import { defaultDashboard, type Panel } from '@grafana/schema';
import { describeMetrics } from '@quantum/metrics';
import { SERVICES } from '@quantum/service-config';
import { dashboardOf, SCHEMA_VERSION } from './dashboard.js';
import { dashboards, grafanaFiles } from './files.js';
import { KNOWN_METRICS } from './known-metrics.js';
import type { PanelSpec } from './panel.js';
import { promqlProblems } from './promql.js';

const SPECS = dashboards();
/** Panels that every Grafana has without a plugin. */
const CORE = ['row', 'timeseries', 'stat', 'state-timeline', 'table'];
/** Ids of Grafana's units; `suffix:` makes one. */
const UNITS = /^(s|cpm|short|none|percentunit|bytes|suffix: \w+)$/;

const panelsOf = (spec: (typeof SPECS)[number]): PanelSpec[] => spec.rows.flatMap(({ panels }) => panels);
const filled = (expr: string): string => expr.replaceAll('$__rate_interval', '5m');
const problems = (expr: string): string[] => promqlProblems(filled(expr), KNOWN_METRICS);
const duplicates = <T>(values: readonly T[]): T[] => values.filter((value, i) => values.indexOf(value) !== i);

it('there is one dashboard a service, an overview and one of the processes', () => {
  const uids = SPECS.map(({ uid }) => uid);
  expect(uids).toEqual(['quantum-overview', ...SERVICES.map(({ name }) => `quantum-${name}`), 'quantum-runtime']);
});

it('every metric of every service is in the dashboard of the service, or in the one of the processes', () => {
  const shown = (uid: string) =>
    SPECS.filter((spec) => spec.uid === uid).flatMap(panelsOf).flatMap(({ queries }) => queries.map(({ expr }) => expr)).join(' '); // prettier-ignore
  const missing = describeMetrics().filter(({ name, service }) => {
    const own = SERVICES.find(({ app }) => app === service);
    const text = shown(own ? `quantum-${own.name}` : 'quantum-runtime');
    return !new RegExp(`\\b${name}(_bucket)?\\b`).test(text);
  });
  expect(missing.map(({ name, service }) => `${service}: ${name}`)).toEqual([]);
});

describe.each(SPECS.map((spec) => [spec.uid, spec] as const))('%s', (_uid, spec) => {
  const panels = panelsOf(spec);
  const { panels: rendered = [], ...dashboard } = dashboardOf(spec);

  it('asks for metrics, labels and values that exist, and its legends name labels of theirs', () => {
    const found = panels.flatMap(({ title, queries }) =>
      queries.flatMap(({ expr, legend }) => {
        const labels = [...legend.matchAll(/\{\{(.*?)\}\}/g)].map(([, label]) => label);
        const asked = labels.length > 0 ? `sum by (${labels.join(', ')}) (${expr})` : expr;
        return problems(asked).map((problem) => `${title}: ${problem}`);
      }),
    );
    expect(found).toEqual([]);
    expect(spec.symbolsOf === undefined ? [] : problems(`sum by (symbol) (${spec.symbolsOf})`)).toEqual([]);
    const asksForSymbols = panels.some(({ queries }) => queries.some(({ expr }) => expr.includes('$symbol')));
    expect(asksForSymbols).toBe(spec.symbolsOf !== undefined);
  });

  it('gives each panel a title of its own, a description, a unit and thresholds, of the core of Grafana', () => {
    expect(duplicates(panels.map(({ title }) => title))).toEqual([]);
    const flawed = (rendered as Panel[])
      .filter(({ type }) => type !== 'row')
      .filter(({ title = '', description = '', fieldConfig }) => {
        const { unit = '', thresholds } = fieldConfig?.defaults ?? {};
        const steps = thresholds?.steps ?? [];
        const ascending = steps.every(({ value }, i) => (i === 0 ? value === null : (value ?? 0) > (steps[i - 1]?.value ?? -Infinity)));
        return title === '' || description.length < 5 || !UNITS.test(unit) || steps.length === 0 || !ascending;
      }); // prettier-ignore
    expect(flawed.map(({ title }) => title)).toEqual([]);
    expect(rendered.filter(({ type }) => !CORE.includes(type))).toEqual([]);
  });

  it('has ids of its own, and panels that do not overlap', () => {
    expect(duplicates(rendered.map(({ id }) => id))).toEqual([]);
    const cells = rendered.flatMap(({ gridPos: { x, y, w, h } = { x: 0, y: 0, w: 0, h: 0 } }) => {
      expect(x + w).toBeLessThanOrEqual(24);
      return Array.from({ length: w * h }, (_, i) => `${x + (i % w)},${y + Math.floor(i / w)}`);
    });
    expect(duplicates(cells)).toEqual([]);
  });

  it('keeps the ids of its panels when one is added before them', () => {
    const added = { title: 'first', panels: [{ title: 'new', description: 'new', unit: 's', queries: [] }] };
    const more = dashboardOf({ ...spec, rows: [added, ...spec.rows] }).panels ?? [];
    expect(more.slice(2).map(({ id }) => id)).toEqual(rendered.map(({ id }) => id));
  });

  it('is of a schema that Grafana has documented', () => {
    expect(dashboard.schemaVersion).toBe(SCHEMA_VERSION);
    expect(SCHEMA_VERSION).toBeLessThanOrEqual(defaultDashboard.schemaVersion);
    expect(dashboard.uid?.length).toBeLessThanOrEqual(40);
  });
});

it('the provisioned data source is the one that dashboards choose', () => {
  const files = grafanaFiles();
  const [, uid] = /^ {4}uid: (\S+)$/m.exec(files['deploy/grafana/provisioning/datasources/quantum.yml'] ?? '') ?? [];
  for (const [path, text] of Object.entries(files).filter(([name]) => name.endsWith('.json'))) {
    expect([path, text.includes(`"value": "${uid ?? ''}"`)]).toEqual([path, true]);
  }
});
