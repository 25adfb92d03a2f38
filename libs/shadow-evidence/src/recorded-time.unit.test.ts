import { describe, expect, it } from '@jest/globals';
import { Evidence } from './evidence.js';
import { evidenceOf, proposalLine } from './evidence.test-support.js';
import type { Figure } from './figure.js';
import { MIN_BLOCKS } from './performance-evidence.js';
import { policy } from './policy.test-support.js';
import type { RecordingLine } from './recording.js';
import { Performance } from './statistics/performance.js';
import { DEFAULT_THRESHOLDS, ThresholdsSchema } from './thresholds.js';
import { judge } from './verdict.js';

const MINUTE = 60;
const HOURS = 3600;
/** The verdict by one default limit, whatever the size of the sample. */
function verdictBy(id: string, figures: readonly Figure[], hours: number): string {
  const line = { ...DEFAULT_THRESHOLDS.lines[id], minN: 1 };
  return judge(figures, ThresholdsSchema.parse({ minHours: 0, lines: { [id]: line } }), hours).verdict;
}

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
  const measured = () => {
    const evidence = evidenceOf(thinned, 10);
    return { evidence, figures: evidence.figures({ seed: 1 }) };
  };

  it('are the hours with cycles, not those from the first to the last', () => {
    const { evidence, figures } = measured();
    const value = (id: string) => figures.find((figure) => figure.id === id)?.value;
    expect(evidence.coveredHours).toBeCloseTo(2.8, 9);
    expect(value('recording.covered_hours')).toBeCloseTo(2.8, 9);
    expect(value('recording.coverage')).toBeCloseTo(2.8 / 24.5, 9);
    expect(value('recording.longest_silence_sec')).toBe(24.5 * HOURS - 12 * MINUTE - (12 * 6400 + 12 * MINUTE));
    expect(value('reasons.no_data_share')).toBeCloseTo(1 - 2.8 / 24.5, 9);
    expect(value('reasons.ok_share')).toBe(1);
  });

  it('give no verdict on 2.8 hours of data in a day of 24.5 hours', () => {
    const { evidence, figures } = measured();
    const lines = { 'reasons.not_ok_share': { max: 0.2 } };
    const verdict = judge(figures, ThresholdsSchema.parse({ minHours: 24, lines }), evidence.coveredHours);
    expect(verdict).toMatchObject({
      verdict: 'INSUFFICIENT_DATA',
      lines: [{ missing: '2.80 h covered, 24 h needed' }],
    });
    expect(judge(figures, DEFAULT_THRESHOLDS, evidence.coveredHours).verdict).toBe('INSUFFICIENT_DATA');
  });

  it('is what rates are by: 360 turns an hour are 360, whatever the silence around', () => {
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
    expect(stretch).toMatchObject({
      value: 75 * MINUTE,
      note: 'A from 1970-01-03 07:58:20 UTC: no score, low confidence, stale score',
    });
    expect(verdictBy('reasons.longest_stretch_sec', figures, evidence.coveredHours)).toBe('NOT_READY');
  });
});

describe('bases that are not renewed', () => {
  // A day; P2.9 lives for its first two hours: the age of the bases grows to 22 hours.
  const lines = Array.from({ length: 24 * 60 }, (_, i) =>
    proposalLine('A', 300_000 + MINUTE * i, 1000, 0.5, { baseAgeSec: Math.max(2, MINUTE * i - 2 * HOURS) }),
  );
  const measured = () => {
    const evidence = evidenceOf(lines, MINUTE);
    return { evidence, figures: evidence.figures({ seed: 1 }) };
  };

  it.each([
    ['p50', 10 * HOURS],
    ['p95', 20.8 * HOURS],
    ['max', 22 * HOURS],
  ])('have their true age, %s', (part, age) => {
    const value = measured().figures.find(({ id }) => id === `freshness.base_age_${part}_sec`)?.value;
    expect(Math.abs((value ?? NaN) - age)).toBeLessThanOrEqual(2 * MINUTE);
  });

  it.each(['freshness.base_age_p95_sec', 'freshness.base_age_max_sec'])('are NOT_READY by %s', (id) => {
    const { evidence, figures } = measured();
    expect(verdictBy(id, figures, evidence.coveredHours)).toBe('NOT_READY');
  });
});

describe('bases that stand still, as weights that are set weekly do', () => {
  const day = (scoreOf: (cycle: number) => number) => {
    const lines = Array.from({ length: 24 * 60 + 1 }, (_, i) =>
      proposalLine('A', 400_000 + MINUTE * i, 1000, scoreOf(i)),
    );
    const evidence = evidenceOf(lines, MINUTE);
    return { figures: evidence.figures({ seed: 1 }), hours: evidence.coveredHours };
  };
  const id = 'turnover.added_books_per_hour';

  it('get a verdict: proposals that move little pass, wild ones fail', () => {
    const calm = day((i) => 0.5 + 0.1 * Math.sin(i / 100));
    expect(verdictBy(id, calm.figures, calm.hours)).toBe('READY');
    // From half the base to one and a half times it, every minute: 60 sizes of the book an hour.
    const wild = day((i) => i % 2);
    expect(wild.figures.find((figure) => figure.id === id)?.value).toBeCloseTo(60, 9);
    expect(verdictBy(id, wild.figures, wild.hours)).toBe('NOT_READY');
  });

  it('have no threshold that needs a turnover of the bases', () => {
    const { figures } = day(() => 0.5);
    const without = new Set(figures.filter(({ value, n }) => value === undefined && n > 0).map((figure) => figure.id));
    expect(Object.keys(DEFAULT_THRESHOLDS.lines).filter((line) => without.has(line))).toEqual([]);
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

describe('the side of a position', () => {
  it.each([
    [-1, -1000],
    [0, 0],
    [1, 1000],
    [undefined, 1000],
    ['short', 1000],
  ])('%j of a recorded proposal earns %d USD where the price doubles', (side, pnlUsd) => {
    const rows = [1, 1, 2].map((price, i) => ({ tsSec: 1000 + 600 * i, prices: [price] }));
    const performance = new Performance({ symbols: ['A'], rows }, { costBps: 0, maxAgeSec: 600 });
    const line = { ...proposalLine('A', 1500, 1000, 0.5), ...(side !== undefined && { side }) } as RecordingLine;
    evidenceOf([line], 10, performance).figures({ seed: 1 });
    expect(performance.earned.base.map((one) => one.pnlUsd)).toEqual(side === 0 ? [] : [pnlUsd]);
    expect(performance.sides.assumedLong).toBe(typeof side === 'number' ? 0 : 1);
  });
});
