import { describe, expect, it } from '@jest/globals';
import type { Registry } from 'prom-client';
import { createGovernorMetrics } from './governor.js';

/** The exposed lines of metrics whose name starts with this prefix. */
async function lines(registry: Registry, prefix: string): Promise<string[]> {
  return (await registry.metrics()).split('\n').filter((line) => line.startsWith(prefix));
}

describe('createGovernorMetrics', () => {
  it('starts every combination of closed and known labels at 0, open ones with their first event', async () => {
    const known = { gate: ['kill_score', 'plan_age', 'price_band'], reason: ['low_conf', 'ok'] };
    const { registry } = createGovernorMetrics({ maxSymbols: 10, known });
    const effApply = await lines(registry, 'p32_eff_apply_total');
    expect(effApply).toHaveLength(2 * 2);
    expect(effApply).toContain('p32_eff_apply_total{action="DOWNSIZE",reason="ok"} 0');
    expect(await lines(registry, 'p32_gate_total')).toHaveLength(3 * 2 * 2);
    expect(await lines(registry, 'p32_errors_total')).toContain('p32_errors_total{kind="redis"} 0');
    // Otherwise an alert on its increase would miss the first event.
    expect(await lines(registry, 'quantum_govern_')).toEqual(['quantum_govern_disarm_total{reason="burst_rate"} 0']);
  });

  it('counts and observes', async () => {
    const metrics = createGovernorMetrics({ maxSymbols: 10 });
    metrics.effApply.inc({ action: 'DOWNSIZE', reason: 'ok' });
    metrics.gate.inc({ gate: 'kill_score', mode: 'shadow', verdict: 'refuse' });
    metrics.disarm.inc({ reason: 'burst_rate' });
    metrics.deadletter.inc({ reason: 'invalid_qty' });
    metrics.plansLost.inc(2);
    metrics.plansSkipped.inc({ decision: 'BLOCKED' });
    metrics.plansSkipped.inc({ decision: 'other' });
    metrics.errors.inc({ kind: 'redis' });
    metrics.decisionDurationSec.observe(0.000_04);
    metrics.planLatencySec.observe(2);
    const text = await metrics.registry.metrics();
    expect(text.split('\n')).toEqual(
      expect.arrayContaining([
        'p32_eff_apply_total{action="DOWNSIZE",reason="ok"} 1',
        'p32_gate_total{gate="kill_score",mode="shadow",verdict="refuse"} 1',
        'quantum_govern_disarm_total{reason="burst_rate"} 1',
        'p32_deadletter_total{reason="invalid_qty"} 1',
        'p32_plans_lost_total 2',
        'p32_plans_skipped_total{decision="BLOCKED"} 1',
        'p32_plans_skipped_total{decision="other"} 1',
        'p32_errors_total{kind="redis"} 1',
        'p32_decision_duration_seconds_bucket{le="0.00005"} 1',
        'p32_plan_latency_seconds_bucket{le="1"} 0',
        'p32_plan_latency_seconds_count 1',
      ]),
    );
  });

  it('counts by symbol within one limit for gauges and counters, and loses no event beyond it', async () => {
    const { allow, block, bySymbol, registry } = createGovernorMetrics({ maxSymbols: 1 });
    for (const symbol of ['BTCUSDT', 'BTCUSDT', 'ETHUSDT', 'XRPUSDT']) {
      allow.inc({ symbol });
      block.inc({ symbol, reason: 'burst_rate' });
      bySymbol.set(symbol, { effFactor: 0.5, execCountHour: 2, execCount5min: 1 });
    }
    block.inc({ symbol: 'BTCUSDT', reason: 'disarmed' }, 4);
    expect(
      [
        ...(await lines(registry, 'quantum_')).filter((line) => !line.startsWith('quantum_govern_disarm')),
        ...(await lines(registry, 'p32_eff_factor')),
      ].sort(),
    ).toEqual([
      'p32_eff_factor{symbol="BTCUSDT"} 0.5',
      'quantum_govern_allow_total{symbol="BTCUSDT"} 2',
      'quantum_govern_allow_total{symbol="_other"} 2',
      'quantum_govern_block_total{symbol="BTCUSDT",reason="burst_rate"} 2',
      'quantum_govern_block_total{symbol="BTCUSDT",reason="disarmed"} 4',
      'quantum_govern_block_total{symbol="_other",reason="burst_rate"} 2',
      'quantum_govern_exec_count_5min{symbol="BTCUSDT"} 1',
      'quantum_govern_exec_count_hour{symbol="BTCUSDT"} 2',
      'quantum_metrics_symbols_left_out 2',
    ]);
  });

  it('removes all series of a symbol that is gone', async () => {
    const { allow, bySymbol, registry } = createGovernorMetrics({ maxSymbols: 5 });
    allow.inc({ symbol: 'BTCUSDT' });
    bySymbol.set('BTCUSDT', { effFactor: 1 });
    bySymbol.delete('BTCUSDT');
    expect(await lines(registry, 'quantum_govern_allow_total')).toEqual([]);
    expect(await lines(registry, 'p32_eff_factor')).toEqual([]);
  });
});
