import { describe, expect, it } from '@jest/globals';
import { evidenceOf, proposalLine } from './evidence.test-support.js';
import { decided } from './records.test-support.js';
import type { RecordingLine } from './recording.js';
import { Performance } from './statistics/performance.js';
import { DEFAULT_THRESHOLDS } from './thresholds.js';

/** An hour of two symbols, a cycle every 600 s: A wavers, B has no score for the middle. */
const HOUR: RecordingLine[] = [0, 1, 2, 3, 4, 5, 6].flatMap((i) => [
  proposalLine('A', 10_000 + 600 * i, 1000, i % 2 === 0 ? 0.5 : 0.75),
  proposalLine('B', 10_000 + 600 * i, 1000, i >= 2 && i < 4 ? undefined : 0.5),
]);
const refused = decided({ kill_score: 0.9 });
const PLANS: RecordingLine[] = [
  { kind: 'plan', id: '1-0', fields: ['plan_id', 'p1', 'symbol', 'S', 'decision', 'EXECUTE'] },
  { kind: 'plan', id: '2-0', fields: ['plan_id', 'p2', 'symbol', 'S', 'decision', 'SKIP'] },
  { kind: 'decision', plan_id: 'p1', json: JSON.stringify(decided()) },
  { kind: 'decision', plan_id: 'p4', json: JSON.stringify(refused) },
  { kind: 'unanswered', plan_id: 'p3', what: 'decision' },
  { kind: 'gap', stream: 'plans', after: '1-0', before: '2-0' },
];

function valuesOf(lines: RecordingLine[], performance?: Performance): Record<string, number | undefined> {
  const evidence = evidenceOf(lines, 600, performance);
  return Object.fromEntries(evidence.figures({ seed: 1 }).map(({ id, value }) => [id, value]));
}

describe('evidence', () => {
  it('of proposals is what was proposed, hour by hour', () => {
    expect(valuesOf(HOUR)).toMatchObject({
      'replay.different': 0, 'recording.gaps': 0,
      'recording.covered_hours': 1, 'recording.coverage': 1, 'recording.longest_silence_sec': 600, 'reasons.no_data_share': 0,
      'reasons.ok_share': 12 / 14, 'reasons.missing_eff_share': 2 / 14, 'reasons.not_ok_share': 2 / 14, 'reasons.longest_stretch_sec': 1200,
      'freshness.eff_age_p50_sec': 5, 'freshness.base_age_max_sec': 2,
      'multiplier.min': 1, 'multiplier.max': 1.25, 'multiplier.mean': (11 + 3 * 1.25) / 14,
      'turnover.base_usd_per_hour': 0, 'turnover.proposed_usd_per_hour': 1500, 'turnover.ratio': undefined, 'turnover.added_books_per_hour': 0.75,
      'oscillation.base_per_symbol_hour': 0, 'oscillation.proposed_per_symbol_hour': 2.5, 'oscillation.worst_per_hour': 5,
      'steps.largest_usd': 250, 'steps.largest_share': 0.25,
      'sums.ratio_min': 1, 'sums.ratio_max': 1.125, 'sums.ratio_mean': (4 + 3 * 1.125) / 7,
    }); // prettier-ignore
  });

  it('of plans is what was permitted, refused and hinted', () => {
    expect(valuesOf(PLANS)).toMatchObject({
      'recording.gaps': 1, 'recording.unanswered': 1,
      'plans.permitted_share': 0.5, 'plans.refused_kill_score_share': 0.5,
      'hints.hinted_share': 1, 'hints.taken_off_usd': 1000 * (1 - 0.4444), 'hints.taken_off_share': 1 - 0.4444, 'hints.cooldown_sec': 96,
    }); // prettier-ignore
  });

  it('of a plan that was published three times is that of one', () => {
    const [plan, , permit, refusal] = PLANS as [RecordingLine, RecordingLine, RecordingLine, RecordingLine];
    const block: RecordingLine = { kind: 'block', plan_id: 'p4', json: JSON.stringify(refused.block) };
    const noBlock: RecordingLine = { kind: 'unanswered', plan_id: 'p4', what: 'block' };
    const once = [plan, permit, refusal, block];
    const thrice = [...once, plan, permit, refusal, noBlock, plan, permit, refusal, noBlock];
    expect(valuesOf(thrice)).toEqual(valuesOf(once));
    expect(valuesOf(once)).toMatchObject({ 'recording.unanswered': 0, 'plans.permitted_share': 0.5, 'hints.taken_off_usd': 1000 * (1 - 0.4444) }); // prettier-ignore
    const never: RecordingLine = { kind: 'unanswered', plan_id: 'p9', what: 'decision' };
    expect(valuesOf([plan, refusal, noBlock, noBlock, never, never])).toMatchObject({ 'recording.unanswered': 2 });
    const sample = (lines: RecordingLine[]) =>
      evidenceOf(lines, 600)
        .figures({ seed: 1 })
        .map(({ id, n }) => [id, n]);
    expect(sample(thrice)).toEqual(sample(once));
  });

  it('of a plan that was asked for too late says so, and does not call it unanswered', () => {
    const late: RecordingLine[] = [
      { kind: 'expired', plan_id: 'p1', what: 'decision' },
      { kind: 'decision', plan_id: 'p4', json: JSON.stringify(refused) },
      { kind: 'expired', plan_id: 'p4', what: 'block' },
      { kind: 'unanswered', plan_id: 'p4', what: 'block' },
    ];
    const evidence = evidenceOf([...PLANS.slice(0, 1), ...late, ...late]);
    expect(evidence.figures({ seed: 1 })).toContainEqual(
      expect.objectContaining({
        id: 'recording.unanswered',
        value: 0,
        note: expect.stringMatching(/^2 more/) as unknown,
      }),
    );
  });

  it('counts a plan again that is published again after its record has expired', () => {
    const of = (hour: number, planId: string): RecordingLine => ({
      kind: 'plan', id: `${1e12 + hour * 3_600_000}-0`, fields: ['plan_id', planId, 'symbol', 'S', 'decision', 'EXECUTE'],
    }); // prettier-ignore
    const others = [9, 18, 27, 36].map((hour) => of(hour, `p${hour}`));
    const plansOf = (hour: number) =>
      evidenceOf([of(0, 'p1'), ...others.slice(0, hour / 9), of(hour, 'p1')]).figures({ seed: 1 }).find(({ id }) => id === 'recording.unanswered')?.n; // prettier-ignore
    expect([plansOf(9), plansOf(36)]).toEqual([2, 6]);
  });

  it('of plans that were still awaited when the recording ended says so', () => {
    const [plan, , permit, refusal] = PLANS as [RecordingLine, RecordingLine, RecordingLine, RecordingLine];
    const block: RecordingLine = { kind: 'block', plan_id: 'p4', json: JSON.stringify(refused.block) };
    const noteOf = (...lines: RecordingLine[]) =>
      evidenceOf(lines).figures({ seed: 1 }).find(({ id }) => id === 'recording.unanswered')?.note; // prettier-ignore
    expect(noteOf(plan)).toBe('1 more had no answer yet when the recording ended');
    expect(noteOf(plan, plan, refusal)).toBe('2 more had no answer yet when the recording ended');
    const decision = { ...(permit as Extract<RecordingLine, { kind: 'decision' }>), plan_id: 'p1' };
    expect(noteOf(plan, decision, refusal, block)).toBeUndefined();
    const late: RecordingLine = { kind: 'expired', plan_id: 'p4', what: 'block' };
    expect(noteOf(plan, refusal, late)).toBe(
      '1 more were asked for too late: their decision or block may have expired; 1 more had no answer yet when the recording ended',
    );
    const never: RecordingLine = { kind: 'unanswered', plan_id: 'p1', what: 'decision' };
    const noBlock: RecordingLine = { kind: 'unanswered', plan_id: 'p4', what: 'block' };
    expect(noteOf(plan, refusal, never, noBlock)).toBeUndefined();
  });

  it('of nothing has no values but counts', () => {
    const values = Object.entries(valuesOf([])).filter(([, value]) => value !== undefined);
    expect(values).toEqual([['recording.gaps', 0]]);
  });

  it('names the sample and the time of every figure', () => {
    const evidence = evidenceOf([...HOUR, ...PLANS]);
    for (const figure of evidence.figures({ seed: 1 })) {
      expect(figure.n).toBeGreaterThan(0);
      expect(figure.of).not.toBe('');
      expect(figure.window.toSec).toBeGreaterThanOrEqual(figure.window.fromSec);
    }
  });

  it('with prices says what was earned, and of the advantage nothing on a few rows', () => {
    const rows = [0, 1, 2, 3, 4, 5, 6].map((i) => ({ tsSec: 10_001 + 600 * i, prices: [1 + 0.1 * i, 1] }));
    const performance = new Performance({ symbols: ['A', 'B'], rows }, { costBps: 0, maxAgeSec: 600 });
    const values = valuesOf(HOUR, performance);
    expect(values['pnl.base_allocated_usd']).toBe(2000);
    expect(values['pnl.proposed_usd']).toBeGreaterThan(values['pnl.base_usd']!);
    expect(values).toMatchObject({ 'pnl.advantage_bps_per_day': undefined, 'pnl.unpriced': 0 });
  });

  it('counts what was decided again, and the sample of each count', () => {
    const other = proposalLine('A', 20_000, 1000, 0.5) as Extract<RecordingLine, { kind: 'proposal' }>;
    const differs = { ...other, fields: other.fields.with(7, '999') };
    const named = { ...decided(), limits: 'f00000000000' };
    const lines: RecordingLine[] = [
      ...HOUR, ...PLANS, differs,
      { kind: 'proposal', id: '3-0', fields: ['symbol', 'A'] },
      { kind: 'decision', plan_id: 'p5', json: JSON.stringify(named) },
      { kind: 'decision', plan_id: 'p6', json: '{}' },
    ]; // prettier-ignore
    const figures = evidenceOf(lines).figures({ seed: 1 });
    const of = (id: string) => figures.find((figure) => figure.id === id);
    // 15 proposals, and the two decisions that are readable and explained.
    expect(of('replay.different')).toMatchObject({ value: 1, n: 17 });
    expect(of('replay.unknown_policy')).toMatchObject({ value: 1, n: 18, note: 'f00000000000' });
    expect(of('recording.gaps')).toMatchObject({ value: 1, n: 15 });
    expect(of('recording.unreadable_records')).toMatchObject({ value: 1, n: 4 });
    expect(of('recording.unanswered')).toMatchObject({ value: 1, n: 1 });
    expect(of('recording.unanswered')?.note).toBe('1 more had no answer yet when the recording ended');
    expect(of('plans.permitted_share')).toMatchObject({ n: 3, value: 2 / 3 });
  });

  it('has no count of what was not there', () => {
    const values = valuesOf(HOUR);
    expect(values['recording.unreadable_records']).toBeUndefined();
    expect(values['recording.unanswered']).toBeUndefined();
    expect(values['replay.unknown_policy']).toBe(0);
    expect(valuesOf(PLANS)).toMatchObject({ 'replay.different': 0, 'recording.unreadable_records': 0 });
    const unknown: RecordingLine = {
      kind: 'decision', plan_id: 'p5', json: JSON.stringify({ ...decided(), limits: 'f00000000000' }),
    }; // prettier-ignore
    expect(valuesOf([unknown])).toMatchObject({ 'replay.different': undefined, 'replay.unknown_policy': 1 });
  });

  it('has the window and the hours that the proposals cover, up to the last sign of the recorder', () => {
    const evidence = evidenceOf(HOUR);
    expect([evidence.window, evidence.coveredHours]).toEqual([{ fromSec: 10_000, toSec: 13_600 }, 1]);
    for (const line of [
      { kind: 'resumed', at: 20_000 },
      { kind: 'plan', id: '20000000-5', fields: ['plan_id', 'p1'] },
    ] satisfies RecordingLine[]) {
      const seenLater = evidenceOf([...HOUR, line]);
      expect([seenLater.window.toSec, seenLater.coveredHours]).toEqual([20_000, 1]);
    }
  });

  it('takes no plan whose id is ahead of the clock for a sign of the recorder at that time', () => {
    const of = (id: string, ...more: string[]) =>
      evidenceOf([...HOUR, { kind: 'plan', id, fields: ['plan_id', 'p1', ...more] }]).window.toSec;
    expect(of('99000000-0', 'timestamp', '13000')).toBe(13_600);
    expect(of('20000000-0', 'timestamp', '19999.5')).toBe(19_999.5);
    expect(of('20000000-0', 'timestamp', '19999500')).toBe(20_000); // milliseconds
    expect(of('1796067328068000000-0')).toBe(13_600); // nanoseconds
  });

  it('counts entries that are no proposals, and scores of a brain that cannot be read', () => {
    const lines: RecordingLine[] = [
      { kind: 'proposal', id: '1-0', fields: ['symbol', 'A'] },
      { kind: 'score', id: '1-0', fields: ['symbol', 'A', 'version', 'brain_v9'] },
      { kind: 'score', id: '2-0', fields: ['symbol', 'A', 'version', '3.1'] },
    ];
    expect(valuesOf(lines)).toMatchObject({ 'recording.unreadable_entries': 2, 'replay.different': undefined });
  });

  it('is of nothing unanswered where no plan was asked for, and damage is a gap', () => {
    const damaged: RecordingLine = { kind: 'damage', offset: 1, bytes: 1 };
    expect(valuesOf([damaged, damaged])).toMatchObject({ 'recording.gaps': 2, 'recording.unanswered': undefined });
  });

  it('has a figure for every default threshold', () => {
    const performance = new Performance({ symbols: [], rows: [] }, { costBps: 0, maxAgeSec: 600 });
    expect(Object.keys(valuesOf([], performance))).toEqual(
      expect.arrayContaining(Object.keys(DEFAULT_THRESHOLDS.lines)),
    );
  });
});
