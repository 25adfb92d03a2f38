import { expect, it } from '@jest/globals';
import { createBrainMetrics } from './brain.js';

const series = async (metrics: ReturnType<typeof createBrainMetrics>, name: string): Promise<string[]> =>
  (await metrics.registry.metrics()).split('\n').filter((line) => line.startsWith(`${name}{`));

it('counts inputs and executions by symbol, and those of symbols beyond the limit under _other', async () => {
  const metrics = createBrainMetrics({ maxSymbols: 1 });
  metrics.bySymbol.set('A', { score: 0.6, confidence: 0.7 });
  metrics.count('A', { missing: ['P29', 'P30'], stale: ['PRICE'], execEvents: 2 });
  metrics.count('A', { missing: ['P29'], written: 1 });
  metrics.count('B', { missing: ['P29'] });
  expect(await series(metrics, 'p31_inputs_missing_total')).toEqual([
    'p31_inputs_missing_total{symbol="A",which="P29"} 2',
    'p31_inputs_missing_total{symbol="A",which="P30"} 1',
    'p31_inputs_missing_total{symbol="_other",which="P29"} 1',
  ]);
  expect(await series(metrics, 'p31_inputs_stale_total')).toEqual([
    'p31_inputs_stale_total{symbol="A",which="PRICE"} 1',
  ]);
  expect(await series(metrics, 'p31_exec_events_total')).toEqual(['p31_exec_events_total{symbol="A"} 2']);
  expect(await series(metrics, 'p31_written_total')).toEqual(['p31_written_total{symbol="A"} 1']);
  expect(await series(metrics, 'p31_efficiency_score')).toEqual(['p31_efficiency_score{symbol="A"} 0.6']);
  metrics.bySymbol.retain([]);
  expect(await series(metrics, 'p31_efficiency_score')).toEqual([]);
});
