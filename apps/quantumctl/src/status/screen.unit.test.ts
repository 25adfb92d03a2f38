import { describe, expect, it } from '@jest/globals';
import { foldCycle, newModel, type CycleReadings, type Snapshot } from '@quantum/read-model';
import fc from 'fast-check';
import { statusScreen } from './screen.js';

const NOW = 1_763_400_000;
const SERVICES = [
  { name: 'governor', app: 'governor-plugin', isExpected: true },
  { name: 'brain', app: 'efficiency-brain', isExpected: false },
];
const entry = (sequence: number, fields: Readonly<Record<string, string>>) => ({
  id: `${NOW}000-${sequence}`,
  fields: Object.entries(fields).flat(),
});
const proposal = (symbol: string, multiplier: number, sequence = 0) =>
  entry(sequence, { symbol, base_target: '1000', proposed_target: String(1000 * multiplier), multiplier: String(multiplier), eff_score: '0.9', eff_confidence: '0.8', reason: 'ok' }); // prettier-ignore
const server = { product: 'Redis', version: '7.0.15', role: 'master', replicas: 1, evictionPolicy: 'noeviction' };
const sign = { app: 'governor-plugin', instances: 2, hasRun: true, lastSec: null, lagEntries: 3, pendingEntries: 1 };
const after = (readings: Partial<CycleReadings>): Snapshot =>
  foldCycle(newModel(SERVICES), { nowSec: NOW, server, signs: [sign], ...readings }).snapshot;
const textOf = (snapshot: Snapshot, rows = 60): string =>
  statusScreen(snapshot, NOW + 5, { columns: 200, rows }).join('\n');

describe('the screen', () => {
  it('says that all is well, and shows what runs', () => {
    const lastCycle = { ts_epoch: String(NOW), duration_sec: '0.012', symbols: '2', ok: '2' };
    const text = textOf(after({ proposals: [proposal('AAA', 1.1), proposal('BBB', 0.5, 1)], lastCycle }));
    for (const part of [
      '2025-11-17 17:20:05 UTC  ✓ all is well  Redis 7.0.15, master, 1 replica',
      '✓ governor  alive   2 processes, 3 plans unread, 1 in flight',
      '· brain     absent',
      'proposals: 2 symbols in 12 ms, 5 s ago: ok 2, skipped none',
      'SYMBOLS 2, 0 stale',
    ]) {
      expect(text).toContain(part);
    }
    expect(text.indexOf('BBB')).toBeLessThan(text.indexOf('AAA')); // farther from its base
  });

  it('puts what is wrong first', () => {
    const switches = [{ key: 'quantum:kill', value: '1', leftMs: -1 }];
    const lines = textOf(after({ switches, signs: [{ ...sign, instances: 0 }] })).split('\n');
    expect(lines[0]).toContain('✗ 2 problems');
    expect(lines.slice(1, 3)).toEqual([
      expect.stringMatching(/^✗ governor: It has left no sign of life, and plans wait\./),
      expect.stringMatching(/^✗ switches: quantum:kill is on \("1"\): every plan is refused, closing plans included/),
    ]);
  });

  it('shows what is wrong to its end on 80 columns', () => {
    const lines = statusScreen(after({ switches: [{ key: 'quantum:kill', value: '1', leftMs: -1 }] }), NOW + 5, { columns: 80, rows: 24 });
    expect(lines.slice(1, 3)).toEqual([
      '✗ switches: quantum:kill is on ("1"): every plan is refused, closing plans',
      '  included unless GOV_KILL_SWITCH_ALLOWS_CLOSES is true.',
    ]);
  }); // prettier-ignore

  it('says since when it counts: a screen that stays open counts more than an hour', () => {
    const first = foldCycle(newModel(SERVICES), { nowSec: NOW, fromSec: NOW - 3600 });
    const plans = [entry(0, { plan_id: 'p', symbol: 'A', decision: 'SKIP' })];
    const { snapshot } = foldCycle(first, { nowSec: NOW + 86_400, fromSec: NOW + 82_800, plans });
    expect(textOf(snapshot)).toContain('PLANS 1 since 2025-11-17 16:20:00 UTC: SKIP 1\n  permits none; refused none');
  });

  it('shows a rollout, with what the next stage waits for', () => {
    const rollout = { epoch: '7', state: '{}', desk: null, memories: null, cycle: null, plans: new Map() };
    expect(textOf(after({ rollout }))).toContain('ROLLOUT unreadable');
    expect(textOf(after({ rollout: { ...rollout, state: null } }))).toContain('ROLLOUT off');
  });

  it('shows what a breached guard found, with its unit', () => {
    const rollout = { epoch: '7', state: '{}', desk: null, memories: null, cycle: null, plans: new Map() };
    const { snapshot } = foldCycle(newModel(SERVICES), { nowSec: NOW, rollout });
    const guard = { guard: 'book_drawdown', verdict: 'BREACH', value: 110, limit: 100, unit: 'bps', n: 1, asOfSec: NOW, demand: 'reduce_only', isBreached: true };
    const text = textOf({ ...snapshot, rollout: snapshot.rollout && { ...snapshot.rollout, guards: [guard] } });
    expect(text).toContain('  breached: book_drawdown (110.0000, limit 100.0000 bps, 5 s ago)');
  }); // prettier-ignore

  it('shows text from Redis without obeying it', () => {
    expect(textOf(after({ proposals: [proposal('\u001b[2JX', 1.2)] }))).toContain('?[2JX');
  });

  it('keeps its columns in sight beside a target of hundreds of digits', () => {
    const huge = { ...proposal('AAA', 1.2), fields: proposal('AAA', 1.2).fields.map((value) => (value === '1000' ? '1e308' : value)) }; // prettier-ignore
    const text = textOf(after({ proposals: [huge, proposal('BBB', 1.4, 1)] }));
    expect(text).toMatch(/^BBB +1,000 +1,400 +1\.4000/m);
    expect(text).toMatch(/^AAA +1\.00e\+308 +1,200 /m);
  });

  it('fits every terminal', () => {
    const many = after({ proposals: Array.from({ length: 300 }, (_, i) => proposal(`SYMBOL${i}`, 1.2, i)) });
    const size = fc.record({ columns: fc.integer({ min: 1, max: 250 }), rows: fc.integer({ min: 1, max: 90 }) });
    fc.assert(
      fc.property(size, ({ columns, rows }) => {
        const lines = statusScreen(many, NOW, { columns, rows });
        expect(lines.length).toBeLessThanOrEqual(rows);
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns);
      }),
    );
  });
});
