import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { KNOWN_METRICS, type KnownMetric } from './known-metrics.js';
import { promqlProblems } from './promql.js';

const KNOWN = new Map<string, KnownMetric>([
  ['plans_total', { type: 'counter', labels: { reason: ['ok', 'late', 'low_conf'], symbol: 'any' } }],
  ['latency_seconds', { type: 'histogram', labels: {} }],
]);
const problems = (expression: string) => promqlProblems(expression, KNOWN);

describe('an expression', () => {
  it.each([
    'sum by (reason) (rate(plans_total{job="quantum-governor"}[5m]))',
    'plans_total{reason=~"ok|low_.*", symbol=~"$symbol", reason!="late"} > 3',
    'histogram_quantile(0.99, sum by (le, instance) (rate(latency_seconds_bucket[5m])))',
    'latency_seconds_sum / on (job, instance) latency_seconds_count',
    'vector(1)',
    'sum(plans_total{job=~"quantum-.*"}) or vector(0)',
  ])('is fine: %s', (expression) => {
    expect(problems(expression)).toEqual([]);
  });

  it.each([
    ['sum(rate(plans_totals[5m]))', 'no such metric: plans_totals'],
    ['latency_seconds', 'no such metric: latency_seconds'],
    ['plans_total_count', 'no such metric: plans_total_count'],
    ['plans_total{gate="x"}', 'plans_total has no label gate'],
    ['plans_total{constructor="x"}', 'plans_total has no label constructor'],
    ['plans_total{reason=~"["}', 'reason of plans_total is never ['],
    ['latency_seconds_sum{le="1"}', 'latency_seconds_sum has no label le'],
    ['plans_total{reason="lat"}', 'reason of plans_total is never lat'],
    ['plans_total{reason=~"ok|lat"}', 'reason of plans_total is never ok|lat'],
    ['plans_total{job="governor"}', 'job of plans_total is never governor'],
    ['sum by (gate) (plans_total)', 'grouped by gate, which no metric of the expression has'],
    ['{job="quantum-governor"}', 'a selector without a metric: {job="quantum-governor"}'],
  ])('is refused: %s', (expression, problem) => {
    expect(problems(expression)).toEqual([problem]);
  });

  it.each(['sum(plans_total', 'plans_total[5m', 'rate(plans_total[$__rate_interval])', 'plans_total >', ''])(
    'is a syntax error: %s',
    (expression) => {
      expect(problems(expression)[0]).toMatch(/^a syntax error at \d+: /);
    },
  );

  it('is refused with any label that is not one of the metric', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{3,12}$/), (label) => {
        fc.pre(!['reason', 'symbol', 'job', 'instance'].includes(label));
        expect(problems(`plans_total{${label}="x"}`)).toEqual([`plans_total has no label ${label}`]);
      }),
    );
  });
});

describe('the known metrics', () => {
  it('are those of the services, of a process and of Prometheus, with the values of all services', () => {
    const labelsOf = (name: string) => KNOWN_METRICS.get(name)?.labels;
    expect(labelsOf('p32_gate_total')).toMatchObject({ gate: expect.anything(), verdict: expect.anything() });
    expect(labelsOf('nodejs_gc_duration_seconds')).toEqual({ kind: 'any' });
    expect(labelsOf('process_resident_memory_bytes')).toEqual({});
    expect(labelsOf('p32_errors_total')?.['kind']).toEqual(expect.arrayContaining(['late', 'unanswered']));
    expect(promqlProblems('nodejs_eventloop_lag_p99_seconds + process_open_fds', KNOWN_METRICS)).toEqual([]);
  });
});
