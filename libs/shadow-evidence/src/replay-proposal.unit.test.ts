import { describe, expect, it } from '@jest/globals';
import { assess, multiplierOf, scaledMultiplier, smooth, type SmoothingState } from '@quantum/efficiency-policy';
import { logUniform, multiplier, score, uniform, usd } from '@quantum/generators';
import { parseNumber, proposalStreamEntry, type EfficiencyReading } from '@quantum/redis-schemas';
import fc from 'fast-check';
import { policy } from './policy.test-support.js';
import { entryDifference, parseRecordedProposal, proposeAgain } from './replay-proposal.js';

const NOW_SEC = 1_700_000_000;

interface Depth {
  halflifeSec: number;
  state: SmoothingState | undefined;
  scale: number;
}
const PLAIN: Depth = { halflifeSec: 0, state: undefined, scale: 1 };

/** An entry as the proposer writes it for a reading. */
function entryOf(baseTargetUsd: number, reading: EfficiencyReading, { halflifeSec, state, scale } = PLAIN): string[] {
  const parameters = { ...policy.proposer, smoothingHalflifeSec: halflifeSec };
  const assessment = assess(reading, NOW_SEC, parameters);
  const rawMultiplier = multiplierOf(assessment, parameters);
  const { multiplier: smoothedMultiplier, from } = smooth(rawMultiplier, assessment.reason, state, NOW_SEC, parameters);
  const { score: effScore, confidence: effConfidence, tsText: effTsText, stale: effStale, reason } = assessment;
  const multiplier = scaledMultiplier({ ...parameters, reason, multiplier: smoothedMultiplier }, scale);
  return proposalStreamEntry({
    tsEpochSec: NOW_SEC, symbol: 'S', baseTargetUsd, proposedTargetUsd: baseTargetUsd * multiplier, multiplier,
    effScore, effConfidence, effTsText, effStale, baseTsText: '1.50', reason,
    rawMultiplier, smoothedMultiplier, smoothingFrom: from?.multiplier, smoothingFromTsSec: from?.tsSec,
    policy: policy.hashes.proposal, budgetScale: scale,
  }); // prettier-ignore
}

/** What deciding an entry again gives in its place; undefined: the same to the byte. */
function difference(entry: readonly string[], halflifeSec = 0): string[] | undefined {
  const recorded = parseRecordedProposal(entry);
  if (!recorded) throw new Error('no proposal');
  const parameters = { ...policy.proposer, smoothingHalflifeSec: halflifeSec };
  return entryDifference(entry, proposeAgain(recorded, parameters, recorded.smoothingFrom));
}

const anyNumber = fc.oneof(fc.constant(undefined), score, uniform(-1, 2));
const anyReading: fc.Arbitrary<EfficiencyReading> = fc.oneof(
  fc.constant<EfficiencyReading>({ state: 'unreadable' }),
  fc.constant<EfficiencyReading>({ state: 'missing' }),
  fc
    .tuple(anyNumber, anyNumber, fc.oneof(fc.constantFrom('', 'x', '1e3'), fc.integer({ min: -2000, max: 200 }).map((d) => String(NOW_SEC + d))))
    .map(([score, confidence, tsText]) => ({ state: 'read' as const, score, confidence, tsSec: parseNumber(tsText), tsText })),
); // prettier-ignore

const anyDepth: fc.Arbitrary<Depth> = fc.record({
  halflifeSec: fc.oneof(fc.constant(0), logUniform(0.001, 86_400)),
  state: fc.option(
    fc.record({ multiplier, tsSec: fc.integer({ min: NOW_SEC - 1000, max: NOW_SEC + 100 }) }),
    { nil: undefined },
  ),
  scale: fc.oneof(fc.constant(1), uniform(0.1, 3)),
}); // prettier-ignore

describe('a recorded proposal', () => {
  it('is given again to the byte, whatever was read', () => {
    fc.assert(
      fc.property(usd(1e12), anyReading, anyDepth, (baseUsd, reading, depth) => {
        const entry = entryOf(baseUsd, reading, depth);
        expect(difference(entry, depth.halflifeSec)).toBeUndefined();
      }),
    );
  });

  it('differs when any decided field does', () => {
    const entry = entryOf(1000, {
      state: 'read',
      score: 0.9,
      confidence: 0.9,
      tsSec: NOW_SEC,
      tsText: String(NOW_SEC),
    });
    for (const name of ['proposed_target', 'multiplier', 'eff_stale', 'reason', 'raw_multiplier']) {
      const at = entry.indexOf(name) + 1;
      const changed = entry.with(at, name === 'reason' ? 'low_conf' : '1');
      expect(difference(changed)).toEqual(entry);
    }
  });

  it('of a smoothed multiplier follows from what it started from, and from the halflife', () => {
    const reading = { state: 'read' as const, score: 1, confidence: 0.9, tsSec: NOW_SEC, tsText: String(NOW_SEC) };
    const state = { multiplier: 1, tsSec: NOW_SEC - 30 };
    const entry = entryOf(1000, reading, { ...PLAIN, halflifeSec: 30, state });
    expect(entry).toEqual(expect.arrayContaining(['multiplier', '1.2500', 'raw_multiplier', '1.5000']));
    expect(difference(entry, 30)).toBeUndefined();
    expect(difference(entry, 31)).toBeDefined();
    expect(difference(entry.with(entry.indexOf('smoothing_from_ts') + 1, String(NOW_SEC - 31)), 30)).toBeDefined();
  });

  it('of a scaled multiplier follows from the recorded scale', () => {
    const reading = { state: 'read' as const, score: 1, confidence: 0.9, tsSec: NOW_SEC, tsText: String(NOW_SEC) };
    const entry = entryOf(1000, reading, { ...PLAIN, scale: 0.8 });
    expect(entry).toEqual(expect.arrayContaining(['proposed_target', '1200.0000000000002', 'budget_scale', '0.8']));
    expect(difference(entry)).toBeUndefined();
    expect(difference(entry.with(entry.indexOf('budget_scale') + 1, '0.9'))).toBeDefined();
  });

  it('may have fields that were added later, behind the known ones, or be of an earlier version', () => {
    const entry = entryOf(1000, { state: 'missing' });
    for (const fields of [[...entry, 'added_later', '1'], entry.slice(0, 24)]) {
      expect(difference(fields)).toBeUndefined();
    }
  });

  it('is no proposal with other fields, or numbers that are none', () => {
    expect(parseRecordedProposal(['symbol', 'S'])).toBeUndefined();
    const entry = entryOf(1000, { state: 'missing' });
    expect(parseRecordedProposal(entry.with(5, 'many'))).toBeUndefined();
  });
});
