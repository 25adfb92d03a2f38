import { describe, expect, it } from '@jest/globals';
import { createAnnotatorMetrics } from '@quantum/metrics';
import { createLogger } from '@quantum/service-kit';
import { aPlan } from '@quantum/test-fixtures';
import { AnnotateTelemetry } from './annotate-telemetry.js';
import type { WaitingPlan } from './waiting-plans.js';

const metrics = createAnnotatorMetrics({ maxSymbols: 10 });
const telemetry = new AnnotateTelemetry(metrics, createLogger({ name: 'test', level: 'silent' }));

/** A plan of a symbol, with the hint that halves it. */
const waiting = (symbol: string, appearedMs: number | undefined): WaitingPlan => ({
  plan: aPlan({ symbol }),
  hint: { fields: { eff_action: 'DOWNSIZE', eff_reason: 'ok', eff_factor: '0.5000' }, text: '' },
  entryIds: new Set(['1-0']),
  deadlineMs: 120_000,
  lastAbsentMs: 1000,
  appearedMs,
});
const lines = async (start: string) =>
  (await metrics.registry.metrics()).split('\n').filter((line) => line.startsWith(start) && !line.endsWith(' 0'));

describe('the telemetry of an annotator', () => {
  it('counts every result, and what was added', async () => {
    telemetry.settled(waiting('A', 1500), 'annotated', 1600);
    telemetry.settled(waiting('B', undefined), 'annotated', 1600);
    telemetry.settled(waiting('C', undefined), 'gone', 1600);
    expect(await lines('p32_annotate_total')).toEqual([
      'p32_annotate_total{result="annotated"} 2',
      'p32_annotate_total{result="gone"} 1',
    ]);
    expect(await lines('p32_eff_apply_total')).toEqual(['p32_eff_apply_total{action="DOWNSIZE",reason="ok"} 2']);
    expect(await lines('p32_eff_factor')).toEqual(['p32_eff_factor{symbol="A"} 0.5', 'p32_eff_factor{symbol="B"} 0.5']);
  });

  it('measures from the appearance, or from when the permit was last known to be absent', async () => {
    expect(await lines('p32_annotate_latency_seconds_sum')).toEqual(['p32_annotate_latency_seconds_sum 0.7']);
  });

  it('forgets symbols that no permit has named for an hour', async () => {
    telemetry.settled(waiting('B', undefined), 'annotated', 60_000);
    telemetry.prune(1600 + 3_600_001);
    expect(await lines('p32_eff_factor')).toEqual(['p32_eff_factor{symbol="B"} 0.5']);
  });
});
