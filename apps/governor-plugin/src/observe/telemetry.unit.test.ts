import { describe, expect, it } from '@jest/globals';
import { systemClock } from '@quantum/clock';
import { createGovernorMetrics } from '@quantum/metrics';
import type { ApplyMode, DecisionRecord, Permit } from '@quantum/redis-schemas';
import { createLogger } from '@quantum/service-kit';
import { GovernorTelemetry } from './telemetry.js';

const RECORD: DecisionRecord = {
  v: 1,
  plan_id: 'p1',
  symbol: 'X',
  entry_id: '1000-0',
  decided_at: 1,
  outcome: 'permit',
  reason: '',
  gates: [{ gate: 'kill_score', mode: 'enforce', refused: false }, { gate: 'plan_age', mode: 'shadow', refused: true }],
  inputs: { closing: false, notional_usd: null, exec_count_hour: 1, exec_count_5min: 0 },
  permit: { eff_action: 'DOWNSIZE', eff_reason: 'ok', eff_factor: '0.4444' } as Permit,
}; // prettier-ignore
const REFUSED: DecisionRecord = {
  ...RECORD,
  outcome: 'refused',
  reason: 'hourly_rate',
  permit: undefined,
  block: { reason: 'hourly_rate', timestamp: 1, symbol: 'X' },
} as unknown as DecisionRecord;

function observed(mode: ApplyMode = 'testnet') {
  const metrics = createGovernorMetrics({ maxSymbols: 10 });
  const lines: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => lines.push(JSON.parse(line) as Record<string, unknown>) };
  const telemetry = new GovernorTelemetry(metrics, createLogger({ name: 'test', destination }), mode, systemClock);
  const series = async () =>
    (await metrics.registry.metrics())
      .split('\n')
      .filter((line) => /^(p32|quantum)_/.test(line) && !/ 0$|_bucket|_sum/.test(line));
  return { telemetry, series, lines };
}

describe('GovernorTelemetry', () => {
  it('counts a permit', async () => {
    const { telemetry, series } = observed();
    telemetry.decided(RECORD, 0.05);
    telemetry.batchEnded();
    expect((await series()).sort()).toEqual([
      'p32_decision_duration_seconds_count 1',
      'p32_eff_apply_total{action="DOWNSIZE",reason="ok"} 1',
      'p32_eff_factor{symbol="X"} 0.4444',
      'p32_errors_total{kind="notional_unknown"} 1',
      'p32_gate_total{gate="kill_score",mode="enforce",verdict="pass"} 1',
      'p32_gate_total{gate="plan_age",mode="shadow",verdict="refuse"} 1',
      'p32_plan_latency_seconds_count 1',
      'quantum_govern_allow_total{symbol="X"} 1',
      'quantum_govern_exec_count_5min{symbol="X"} 1',
      'quantum_govern_exec_count_hour{symbol="X"} 2',
    ]);
  });

  it('counts a refusal, and no execution for it', async () => {
    const { telemetry, series } = observed();
    telemetry.decided(REFUSED, 0.05);
    const all = await series();
    expect(all).toContain('quantum_govern_block_total{symbol="X",reason="hourly_rate"} 1');
    expect(all).toContain('quantum_govern_exec_count_hour{symbol="X"} 1');
    expect(all.join('\n')).not.toMatch(/allow_total|eff_apply|eff_factor|notional_unknown/);
  });

  it('does not count an unknown notional in production, where it can only have been a choice', async () => {
    const { telemetry, series } = observed('production');
    telemetry.decided(RECORD, 0.05);
    expect((await series()).join('\n')).not.toContain('notional_unknown');
  });

  it('logs one line with what happened, and none when nothing did', () => {
    const { telemetry, lines } = observed();
    telemetry.summarise();
    telemetry.decided(RECORD, 1);
    telemetry.decided(REFUSED, 1);
    telemetry.notExecute('SKIP');
    telemetry.duplicate();
    telemetry.summarise();
    telemetry.summarise();
    expect(lines).toEqual([
      expect.objectContaining({ msg: 'plans served', permits: 1, downsized: 1, refused: 1, skipped: 1, duplicates: 1, errors: 1 }),
    ]); // prettier-ignore
  });

  it('sums dead letters by reason, and counts each', async () => {
    const { telemetry, series, lines } = observed();
    for (let i = 1; i <= 1000; i += 1) telemetry.deadLetter('invalid_plan_id', `${i}-0`, `bad ${i}`);
    telemetry.deadLetter('invalid_qty', '7-0', 'no number');
    expect(lines).toEqual([]);
    telemetry.summarise();
    telemetry.summarise();
    expect(lines).toEqual([
      expect.objectContaining({ level: 'warn', msg: 'entries dead-lettered', reason: 'invalid_plan_id', count: 1000, entryId: '1000-0', error: 'bad 1000' }),
      expect.objectContaining({ level: 'warn', msg: 'entries dead-lettered', reason: 'invalid_qty', count: 1 }),
      expect.objectContaining({ msg: 'plans served', deadLetters: 1001 }),
    ]);
    expect(await series()).toContain('p32_deadletter_total{reason="invalid_plan_id"} 1000');
  }); // prettier-ignore

  it('logs what a refused write was refused for, once a minute', () => {
    const { telemetry, lines } = observed();
    for (const text of ['WRONGTYPE first', 'WRONGTYPE second']) {
      telemetry.error('effect_refused', new Error(text));
      telemetry.summarise();
    }
    const warnings = lines.filter(({ level }) => level === 'warn');
    expect(warnings).toEqual([
      expect.objectContaining({ err: expect.objectContaining({ message: 'WRONGTYPE first' }) }),
    ]);
  });

  it('logs errors alone once a minute, and not at all while Redis is what fails', () => {
    const { telemetry, lines } = observed();
    for (let i = 0; i < 10; i += 1) {
      telemetry.error('redis', new Error('away'));
      telemetry.summarise();
    }
    expect(lines).toEqual([]);
    for (let i = 0; i < 10; i += 1) {
      telemetry.error('invalid_violation');
      telemetry.summarise();
    }
    expect(lines).toEqual([expect.objectContaining({ msg: 'plans served', permits: 0, errors: 11 })]);
  });

  it('keeps the series of a symbol for an hour after its last plan', async () => {
    const { telemetry, series } = observed();
    const ofSymbol = async () => (await series()).filter((line) => line.includes('symbol="X"')).length;
    telemetry.decided(REFUSED, 1);
    telemetry.executions('X', 0, 0, 3601);
    expect([await ofSymbol(), telemetry.shownSymbols]).toEqual([1, ['X']]); // the refusal is still shown
    telemetry.executions('X', 0, 0, 3602);
    expect([await ofSymbol(), telemetry.shownSymbols]).toEqual([0, []]);
  });
});
