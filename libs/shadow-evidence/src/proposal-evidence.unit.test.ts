import { describe, expect, it } from '@jest/globals';
import type { EfficiencyReason } from '@quantum/efficiency-policy';
import type { Figure } from './figure.js';
import { ProposalEvidence } from './proposal-evidence.js';
import type { RecordedProposal } from '@quantum/decisions';

const proposal = (tsEpochSec: number, over: Partial<RecordedProposal> = {}): RecordedProposal => ({
  tsEpochSec,
  symbol: 'A',
  baseTargetUsd: 1000,
  proposedTargetUsd: 1000,
  multiplier: 1,
  effScore: 0.5,
  effConfidence: 1,
  effTsText: String(tsEpochSec - 5),
  baseTsText: String(tsEpochSec - 2),
  reason: 'ok',
  policy: undefined,
  budgetScale: 1,
  smoothingFrom: undefined,
  ...over,
});
function evidenceOf(intervalSec: number | undefined, ...proposals: RecordedProposal[]): ProposalEvidence {
  const evidence = new ProposalEvidence(intervalSec);
  for (const one of proposals) evidence.take(one);
  return evidence;
}
const byId = (evidence: ProposalEvidence): Record<string, Figure> =>
  Object.fromEntries(evidence.figures().map((figure) => [figure.id, figure]));
const valuesOf = (evidence: ProposalEvidence) =>
  Object.fromEntries(evidence.figures().map(({ id, value }) => [id, value]));

describe('the reasons of proposals', () => {
  const of = (tsSec: number, symbol: string, reason: EfficiencyReason) => proposal(tsSec, { symbol, reason });
  const taken = [
    of(0, 'A', 'ok'), of(0, 'B', 'low_conf'),
    of(10, 'A', 'stale_eff'), of(10, 'B', 'low_conf'),
    of(20, 'A', 'missing_eff'), of(20, 'B', 'ok'),
    of(30, 'A', 'ok'), of(30, 'B', 'ok'),
    of(90, 'A', 'ok'), of(90, 'B', 'ok'),
  ]; // prettier-ignore

  it('are shares of all proposals', () => {
    const figures = byId(evidenceOf(10, ...taken));
    expect(valuesOf(evidenceOf(10, ...taken))).toMatchObject({
      'reasons.ok_share': 0.6, 'reasons.low_conf_share': 0.2, 'reasons.stale_eff_share': 0.1,
      'reasons.missing_eff_share': 0.1, 'reasons.invalid_eff_share': 0, 'reasons.redis_error_share': 0,
      'reasons.not_ok_share': 0.4, 'reasons.longest_stretch_sec': 20, 'reasons.no_data_share': 120 / 180,
    }); // prettier-ignore
    expect(figures['reasons.ok_share']?.n).toBe(10);
    expect(figures['reasons.no_data_share']?.n).toBe(2);
    expect(figures['reasons.longest_stretch_sec']?.note).toBe('B from 1970-01-01 00:00:00 UTC: low confidence');
  });

  it.each([
    ['ok', '5 stretches, 20 s in all, longest 10 s'], // A 0..10 and at 30, B 20..30, and after the silence both at 90
    ['low_conf', '1 stretch, 20 s in all, longest 20 s'],
    ['no_data', '2 stretches, 2 min in all, longest 60 s'],
    ['invalid_eff', undefined],
  ])('last for stretches: %s', (state, note) => {
    expect(byId(evidenceOf(10, ...taken))[`reasons.${state}_share`]?.note).toBe(note);
  });

  it('are without a stretch where all is ok', () => {
    const fine = byId(evidenceOf(10, proposal(0), proposal(10)));
    expect(fine['reasons.longest_stretch_sec']).toMatchObject({ value: 0 });
    expect(fine['reasons.longest_stretch_sec']).not.toHaveProperty('note');
    expect(fine['reasons.not_ok_share']?.value).toBe(0);
    expect(fine['reasons.no_data_share']?.value).toBe(0);
  });
});

describe('multipliers and ages', () => {
  // 1 to 100: a quantile is its own rank.
  const proposals = Array.from({ length: 100 }, (_, i) =>
    proposal(1000 + 10 * i, {
      multiplier: (i + 1) / 100,
      effTsText: String(1000 + 10 * i - (i + 1)),
      baseTsText: String(1000 + 10 * i - 2 * (i + 1)),
    }),
  );
  it('are described by their quantiles', () => {
    const values = valuesOf(evidenceOf(10, ...proposals));
    const expected = {
      'multiplier.min': 0.01, 'multiplier.p05': 0.05, 'multiplier.p50': 0.5, 'multiplier.mean': 0.505,
      'multiplier.p95': 0.95, 'multiplier.max': 1,
      'freshness.eff_age_p50_sec': 50, 'freshness.eff_age_p95_sec': 95, 'freshness.eff_age_max_sec': 100,
      'freshness.base_age_p50_sec': 100, 'freshness.base_age_p95_sec': 190, 'freshness.base_age_max_sec': 200,
    }; // prettier-ignore
    for (const [id, value] of Object.entries(expected)) expect(values[id]).toBeCloseTo(value, 9);
  });

  it('are exact to a hundredth and to a tenth of a second', () => {
    const fine = valuesOf(
      evidenceOf(10, ...[0.123, 0.456, 0.789].map((x) => proposal(1000, { multiplier: x, effTsText: String(1000 - x) }))), // prettier-ignore
    );
    expect(fine['multiplier.p50']).toBeCloseTo(0.46, 9);
    expect(fine['freshness.eff_age_p50_sec']).toBeCloseTo(0.5, 9);
  });

  it('count only readings with a time', () => {
    const some = byId(
      evidenceOf(10, proposal(1000), proposal(1010, { effTsText: '' }), proposal(1020, { effTsText: '', baseTsText: 'x' })), // prettier-ignore
    );
    expect(some['freshness.eff_age_max_sec']).toMatchObject({ value: 5, n: 1 });
    expect(some['freshness.base_age_p95_sec']).toMatchObject({ value: 2, n: 2 });
    expect(some['multiplier.p50']?.n).toBe(3);
  });

  it('leave out a time that is more than a minute ahead of its cycle, as one in milliseconds is, and say so', () => {
    const ahead = byId(
      evidenceOf(10, proposal(1000, { baseTsText: '1000000' }), proposal(1010, { baseTsText: '1071' }), proposal(1020, { baseTsText: '1080' })), // prettier-ignore
    );
    expect(ahead['freshness.base_age_max_sec']).toMatchObject({ value: -60, n: 1 });
    expect(ahead['freshness.base_age_max_sec']?.note).toMatch(/; 2 more are over 60 s ahead of their cycle$/);
    expect(ahead['freshness.eff_age_max_sec']).toMatchObject({ value: 5, n: 3 });
    expect(ahead['freshness.eff_age_max_sec']?.note).not.toMatch(/ahead/);
    const all = byId(evidenceOf(10, proposal(1000, { baseTsText: '1000000' })));
    expect(all['freshness.base_age_p95_sec']).toMatchObject({ value: undefined, n: 0 });
  });
});

describe('the time that proposals cover', () => {
  it('is that of distances up to three intervals', () => {
    const figures = byId(evidenceOf(10, ...[0, 10, 40, 71, 81].map((tsSec) => proposal(tsSec))));
    expect(figures['recording.covered_hours']).toMatchObject({ value: 50 / 3600, n: 5, window: { fromSec: 0, toSec: 81 } }); // prettier-ignore
    expect(figures['recording.coverage']?.value).toBeCloseTo(50 / 81, 12);
    expect(figures['recording.longest_silence_sec']).toMatchObject({ value: 31, note: 'from 1970-01-01 00:00:40 UTC' });
    expect(figures['turnover.base_usd_per_hour']?.value).toBe(0);
  });

  it('names the interval where it is known', () => {
    const noteOf = (intervalSec: number | undefined) =>
      byId(evidenceOf(intervalSec, proposal(0)))['recording.coverage']?.note;
    expect(noteOf(10)).toMatch(/\b10\b/);
    expect(noteOf(undefined)).toMatch(/^\D+$/);
    expect(noteOf(undefined)).not.toMatch(/undefined/);
  });

  it('makes rates per hour of it', () => {
    const moves = [0, 10, 40, 71, 81].map((tsSec, i) => proposal(tsSec, { proposedTargetUsd: 1000 + 5 * i }));
    expect(byId(evidenceOf(10, ...moves))['turnover.proposed_usd_per_hour']?.value).toBeCloseTo(20 / (50 / 3600), 9);
  });

  it('has a silence of its own in charts', () => {
    const { buckets } = evidenceOf(10, ...[0, 10, 1000].map((tsSec) => proposal(tsSec)));
    expect(buckets.filter(({ states }) => states['no_data'])).toHaveLength(2);
    expect(buckets.filter(({ states }) => states['ok'])).toHaveLength(3);
    const steady = evidenceOf(10, ...[0, 30, 60].map((tsSec) => proposal(tsSec))).buckets;
    expect(steady.filter(({ states }) => states['no_data'])).toEqual([]);
  });

  it('is not known without an interval', () => {
    const figures = byId(evidenceOf(undefined, proposal(0), proposal(10)));
    expect(figures['recording.covered_hours']).toMatchObject({ value: 0, n: 2 });
    expect(figures['recording.coverage']?.value).toBe(0);
    expect(figures['turnover.base_usd_per_hour']?.value).toBeUndefined();
  });
});

it('without proposals there is no figure, and a single one has no silence', () => {
  const none = byId(evidenceOf(10));
  expect(Object.values(none).filter(({ value }) => value !== undefined)).toEqual([]);
  expect(Object.values(none).filter(({ n }) => n !== 0)).toEqual([]);
  const one = byId(evidenceOf(10, proposal(1000)));
  expect(one['recording.longest_silence_sec']?.value).toBeUndefined();
  expect(one['recording.covered_hours']?.value).toBe(0);
  expect(one['reasons.no_data_share']?.value).toBeUndefined();
});
