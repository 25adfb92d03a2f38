import { describe, expect, it } from '@jest/globals';
import { assess, proposeTarget } from '@quantum/efficiency-policy';
import { asComputed, proposalStreamEntry } from '@quantum/redis-schemas';
import { Evidence } from './evidence.js';
import { policy } from './policy.test-support.js';
import { decided } from './records.test-support.js';
import type { RecordingLine } from './recording.js';
import { Performance } from './statistics/performance.js';
import { MIN_BLOCKS } from './performance-evidence.js';
import { DEFAULT_THRESHOLDS, judge, ThresholdsSchema } from './verdict.js';

/** The proposer's entry for a score at a time; undefined: there was none. */
function proposalLine(
  symbol: string,
  tsEpochSec: number,
  baseTargetUsd: number,
  score: number | undefined,
  { confidence = 1, ageSec = 5, baseAgeSec = 2 } = {},
): RecordingLine {
  const reading = {
    state: 'read' as const,
    score,
    confidence,
    tsSec: tsEpochSec - ageSec,
    tsText: String(tsEpochSec - ageSec),
  };
  const assessment = assess(score === undefined ? { state: 'missing' } : reading, tsEpochSec, policy.proposer);
  const proposal = proposeTarget(baseTargetUsd, assessment, policy.proposer);
  if (!proposal.proposed) throw new Error('no proposal');
  const { multiplier, proposedTargetUsd } = proposal;
  const fields = proposalStreamEntry({
    tsEpochSec, symbol, baseTargetUsd, proposedTargetUsd, multiplier, effScore: assessment.score, effConfidence: assessment.confidence,
    effTsText: assessment.tsText, effStale: assessment.stale, baseTsText: String(tsEpochSec - baseAgeSec), reason: assessment.reason,
    ...asComputed(multiplier, policy.hashes.proposal),
  }); // prettier-ignore
  return { kind: 'proposal', id: `${tsEpochSec}000-0`, fields };
}

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
  { kind: 'decision', plan_id: 'p1', json: JSON.stringify(refused) },
  { kind: 'unanswered', plan_id: 'p3', what: 'decision' },
  { kind: 'gap', stream: 'plans', after: '1-0', before: '2-0' },
];

function evidenceOf(lines: RecordingLine[], intervalSec = 600, performance?: Performance): Evidence {
  const evidence = new Evidence(policy, { intervalSec, performance });
  for (const line of lines) evidence.take(line);
  return evidence;
}

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
      'turnover.base_usd_per_hour': 0, 'turnover.proposed_usd_per_hour': 1500, 'turnover.ratio': undefined,
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

  it('has a figure for every default threshold', () => {
    const performance = new Performance({ symbols: [], rows: [] }, { costBps: 0, maxAgeSec: 600 });
    expect(Object.keys(valuesOf([], performance))).toEqual(
      expect.arrayContaining(Object.keys(DEFAULT_THRESHOLDS.lines)),
    );
  });
});

const MINUTE = 60;
const HOURS = 3600;
/** Proposals of a symbol every 10 s in each of these times. */
const sessions = (...times: (readonly [fromSec: number, toSec: number])[]): RecordingLine[] =>
  times.flatMap(([fromSec, toSec]) =>
    Array.from({ length: (toSec - fromSec) / 10 + 1 }, (_, i) => {
      // It turns with every cycle: 360 times an hour.
      return proposalLine('A', 100_000 + fromSec + 10 * i, 1000, i % 2 === 0 ? 0.5 : 0.6);
    }),
  );

describe('what a recording covers', () => {
  // 14 sessions of 12 minutes over 24.5 hours: 2.8 hours of data.
  const thinned = sessions(
    ...Array.from({ length: 14 }, (_, i) => {
      const fromSec = i === 13 ? 24.5 * HOURS - 12 * MINUTE : i * 6400;
      return [fromSec, fromSec + 12 * MINUTE] as const;
    }),
  );
  const evidence = evidenceOf(thinned, 10);
  const figures = evidence.figures({ seed: 1 });
  const value = (id: string) => figures.find((figure) => figure.id === id)?.value;

  it('are the hours with cycles, not those from the first to the last', () => {
    expect(evidence.coveredHours).toBeCloseTo(2.8, 9);
    expect(value('recording.covered_hours')).toBeCloseTo(2.8, 9);
    expect(value('recording.coverage')).toBeCloseTo(2.8 / 24.5, 9);
    expect(value('recording.longest_silence_sec')).toBe(24.5 * HOURS - 12 * MINUTE - (12 * 6400 + 12 * MINUTE));
    expect(value('reasons.no_data_share')).toBeCloseTo(1 - 2.8 / 24.5, 9);
    expect(value('reasons.ok_share')).toBe(1);
  });

  it('give no verdict on 2.8 hours of data in a day of 24.5 hours', () => {
    const lines = { 'reasons.not_ok_share': { max: 0.2 } };
    const verdict = judge(figures, ThresholdsSchema.parse({ minHours: 24, lines }), evidence.coveredHours);
    expect(verdict).toMatchObject({
      verdict: 'INSUFFICIENT_DATA',
      lines: [{ missing: '2.80 h covered, 24 h needed' }],
    });
    expect(judge(figures, DEFAULT_THRESHOLDS, evidence.coveredHours).verdict).toBe('INSUFFICIENT_DATA');
  });

  it('is what rates are told by: 360 turns an hour are 360, whatever the silence around', () => {
    const data = sessions([0, 1 * HOURS], [8 * HOURS, 9 * HOURS]);
    const values = Object.fromEntries(
      evidenceOf(data, 10)
        .figures({ seed: 1 })
        .map(({ id, value }) => [id, value]),
    );
    expect(values['oscillation.proposed_per_symbol_hour']).toBeCloseTo(360, -1);
    expect(values['oscillation.worst_per_hour']).toBeCloseTo(360, -1);
    expect(values['turnover.proposed_usd_per_hour']).toBeCloseTo(36_000, -2);
  });

  it('ends in a silence where the recorder went on and the proposer did not', () => {
    const lines = sessions([0, 1 * HOURS]);
    const plan: RecordingLine = { kind: 'plan', id: `${(100_000 + 5 * HOURS) * 1000}-0`, fields: ['plan_id', 'p'] };
    const ended = evidenceOf([...lines, plan], 10);
    const values = Object.fromEntries(ended.figures({ seed: 1 }).map(({ id, value }) => [id, value]));
    expect(values['recording.longest_silence_sec']).toBe(4 * HOURS);
    expect(values['recording.coverage']).toBeCloseTo(0.2, 9);
    expect(ended.coveredHours).toBe(1);
  });

  it('is a state of its own in the charts', () => {
    const states = evidenceOf(sessions([0, 600], [2 * HOURS, 2 * HOURS + 600]), 10).proposals.buckets;
    expect(states.filter((bucket) => bucket.states['no_data'])).toHaveLength(2);
  });

  it('is nothing where the distance of cycles is not known', () => {
    const one = new Evidence(policy, { intervalSec: undefined });
    one.take(proposalLine('A', 1000, 1000, 0.5));
    expect(one.coveredHours).toBe(0);
  });
});

describe('75 minutes without ok', () => {
  it('fail, though each of their three reasons lasts 25 minutes', () => {
    const reasons = [0.5, undefined, 'low', 'stale', 0.5] as const;
    const lines = Array.from({ length: 125 * 6 }, (_, i): RecordingLine => {
      const kind = reasons[Math.floor(i / 150)] ?? undefined;
      const tsSec = 200_000 + 10 * i;
      if (typeof kind !== 'string') return proposalLine('A', tsSec, 1000, kind);
      return proposalLine('A', tsSec, 1000, 0.5, kind === 'low' ? { confidence: 0.1 } : { ageSec: 700 });
    });
    const evidence = evidenceOf(lines, 10);
    const figures = evidence.figures({ seed: 1 });
    const stretch = figures.find(({ id }) => id === 'reasons.longest_stretch_sec');
    expect(stretch).toMatchObject({ value: 75 * MINUTE, note: 'A from 201500: missing_eff, low_conf, stale_eff' });
    const limits = { 'reasons.longest_stretch_sec': DEFAULT_THRESHOLDS.lines['reasons.longest_stretch_sec'] };
    const thresholds = ThresholdsSchema.parse({ minHours: 0, lines: limits });
    thresholds.lines['reasons.longest_stretch_sec']!.minN = 1;
    expect(judge(figures, thresholds, evidence.coveredHours).verdict).toBe('NOT_READY');
  });
});

describe('prices beside 20 minutes of data', () => {
  it('are observations only where there is an allocation', () => {
    const rows = Array.from({ length: 24 * 60 }, (_, i) => ({ tsSec: 100_001 + MINUTE * i, prices: [1 + (i % 7)] }));
    const performance = new Performance({ symbols: ['A'], rows }, { costBps: 0, maxAgeSec: 600 });
    const figures = evidenceOf(sessions([0, 10 * MINUTE], [23 * HOURS, 23 * HOURS + 10 * MINUTE]), 10, performance)
      .figures({ seed: 1 }); // prettier-ignore
    const advantage = figures.find(({ id }) => id === 'pnl.advantage_bps_per_day');
    expect(advantage).toMatchObject({ value: undefined });
    expect(advantage?.n).toBeLessThan(MIN_BLOCKS);
    // 10 minutes of proposals and 10 more until they expire, both ends included, twice.
    expect(performance.earned.base).toHaveLength(2 * 21);
  });
});
