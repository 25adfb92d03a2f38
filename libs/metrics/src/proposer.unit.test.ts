import { describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { createProposerMetrics } from './proposer.js';
import { SKIP_REASONS } from './proposer-declarations.js';

/** The exposed lines of metrics whose name starts with this prefix. */
async function lines(registry: Registry, prefix: string): Promise<string[]> {
  return (await registry.metrics()).split('\n').filter((line) => line.startsWith(prefix));
}

describe('createProposerMetrics', () => {
  it('starts every known reason at 0', async () => {
    const { registry } = createProposerMetrics({ maxSymbols: 10, known: { reason: ['low_conf', 'ok'] } });
    expect(await lines(registry, 'p29_shadow_proposed_total')).toEqual([
      'p29_shadow_proposed_total{reason="low_conf"} 0',
      'p29_shadow_proposed_total{reason="ok"} 0',
    ]);
    expect(await lines(registry, 'p29_shadow_skipped_total')).toEqual(
      SKIP_REASONS.map((reason) => `p29_shadow_skipped_total{reason="${reason}"} 0`),
    );
    expect(await lines(registry, 'p29_shadow_loops')).toEqual([
      'p29_shadow_loops_total 0',
      'p29_shadow_loops_missed_total 0',
    ]);
  });

  it('counts, sets and observes', async () => {
    const metrics = createProposerMetrics({ maxSymbols: 10 });
    metrics.loops.inc();
    metrics.loopErrors.inc();
    metrics.loopsMissed.inc(3);
    metrics.proposed.inc({ reason: 'ok' }, 7);
    metrics.skipped.inc({ reason: 'bad_name' });
    metrics.symbols.set(8);
    metrics.loopDurationSec.observe(0.02);
    const all = await lines(metrics.registry, 'p29_');
    expect(all).toEqual(
      expect.arrayContaining([
        'p29_shadow_loops_total 1',
        'p29_shadow_loop_errors_total 1',
        'p29_shadow_loops_missed_total 3',
        'p29_shadow_proposed_total{reason="ok"} 7',
        'p29_shadow_skipped_total{reason="bad_name"} 1',
        'p29_shadow_symbols 8',
        'p29_shadow_loop_duration_seconds_bucket{le="0.01"} 0',
        'p29_shadow_loop_duration_seconds_bucket{le="0.025"} 1',
        'p29_shadow_loop_duration_seconds_bucket{le="30"} 1',
        'p29_shadow_loop_duration_seconds_count 1',
      ]),
    );
  });

  it('knows its labels and gauges by their types', () => {
    const { skipped, bySymbol } = createProposerMetrics({ maxSymbols: 10 });
    const wrong = () => {
      // @ts-expect-error no such reason
      skipped.inc({ reason: 'okay' });
      // @ts-expect-error no such gauge
      bySymbol.set('BTCUSDT', { score: 1 });
    };
    expect(wrong).not.toThrow(); // the compiler refuses it
  });

  it('has series of present symbols and readable values', async () => {
    const { bySymbol, registry } = createProposerMetrics({ maxSymbols: 2 });
    bySymbol.set('BTCUSDT', { multiplier: 1.4, effScore: 0.9, effConfidence: 0.8 });
    bySymbol.set('ETHUSDT', { multiplier: 1, effScore: 0.2, effConfidence: 0.5 });
    bySymbol.set('XRPUSDT', { multiplier: 1, effScore: 0.2, effConfidence: 0.5 });
    bySymbol.set('ETHUSDT', { multiplier: 1, effScore: undefined });
    expect(await lines(registry, 'p29_shadow_eff')).toEqual([
      'p29_shadow_eff_confidence{symbol="BTCUSDT"} 0.8',
      'p29_shadow_eff_confidence{symbol="ETHUSDT"} 0.5',
      'p29_shadow_eff_score{symbol="BTCUSDT"} 0.9',
    ]);
    expect(await lines(registry, 'quantum_metrics_')).toEqual(['quantum_metrics_symbols_left_out 1']);

    bySymbol.retain(new Set(['ETHUSDT', 'XRPUSDT']));
    bySymbol.set('XRPUSDT', { multiplier: 0.7 });
    expect(await lines(registry, 'p29_shadow_multiplier')).toEqual([
      'p29_shadow_multiplier{symbol="ETHUSDT"} 1',
      'p29_shadow_multiplier{symbol="XRPUSDT"} 0.7',
    ]);
    expect(await lines(registry, 'quantum_metrics_')).toEqual(['quantum_metrics_symbols_left_out 0']);

    bySymbol.delete('ETHUSDT');
    bySymbol.retain([]);
    expect(await lines(registry, 'p29_shadow_multiplier')).toEqual([]);
  });

  it('accepts any symbol name', async () => {
    const { bySymbol, registry } = createProposerMetrics({ maxSymbols: 2 });
    bySymbol.set('A"B:C\\', { multiplier: 1 });
    expect(await lines(registry, 'p29_shadow_multiplier')).toEqual(['p29_shadow_multiplier{symbol="A\\"B:C\\\\"} 1']);
  });

  it('fills a registry that it is given, process metrics included', async () => {
    const registry = new Registry();
    expect(createProposerMetrics({ maxSymbols: 1, registry }).registry).toBe(registry);
    expect(await lines(registry, 'process_start_time_seconds')).toHaveLength(1);
  });
});
