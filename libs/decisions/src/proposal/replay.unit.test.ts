import { describe, expect, it } from '@jest/globals';
import { assess, multiplierOf, scaledMultiplier, smooth, type SmoothingState } from '@quantum/efficiency-policy';
import { logUniform, multiplier, score, uniform, usd } from '@quantum/generators';
import { parseNumber, proposalStreamEntry, type EfficiencyReading } from '@quantum/redis-schemas';
import fc from 'fast-check';
import { SOME_POLICY as policy } from '@quantum/test-fixtures';
import { entryDifference, parseRecordedProposal, policyOfEntry, replayProposal } from './replay.js';

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
  return entryDifference(entry, replayProposal(recorded, parameters, recorded.smoothingFrom));
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

describe('an entry', () => {
  const reading = { state: 'read' as const, score: 0.9, confidence: 0.8, tsSec: NOW_SEC, tsText: ' 1.7e9 ' };
  const state = { multiplier: 1.25, tsSec: NOW_SEC - 30 };
  const entry = entryOf(1000, reading, { halflifeSec: 60, state, scale: 0.5 });
  const at = (name: string): number => entry.indexOf(name) + 1;
  const parsed = () => parseRecordedProposal(entry);

  it('is read field by field', () => {
    expect(parsed()).toEqual({
      tsEpochSec: NOW_SEC, symbol: 'S', baseTargetUsd: 1000, proposedTargetUsd: Number(entry[at('proposed_target')]),
      multiplier: Number(entry[at('multiplier')]), effScore: 0.9, effConfidence: 0.8, effTsText: ' 1.7e9 ', baseTsText: '1.50',
      reason: 'ok', policy: policy.hashes.proposal, budgetScale: 0.5, smoothingFrom: state,
    }); // prettier-ignore
    expect(parsed()?.multiplier).not.toBe(1);
  });

  it.each(['ts_epoch', 'base_target', 'proposed_target', 'multiplier'])('is no proposal without a number as %s', (name) => {
    for (const text of ['', 'many', 'nan']) expect(parseRecordedProposal(entry.with(at(name), text))).toBeUndefined();
  }); // prettier-ignore

  it('is no proposal where any of the first fields has another name', () => {
    for (let i = 0; i < 24; i += 2) expect(parseRecordedProposal(entry.with(i, 'other'))).toBeUndefined();
    expect(parseRecordedProposal(entry.slice(0, 22))).toBeUndefined();
  });

  it('has no score and no confidence where these are empty', () => {
    const empty = entry.with(at('eff_score'), '').with(at('eff_confidence'), '');
    expect(parseRecordedProposal(empty)).toEqual({ ...parsed(), effScore: undefined, effConfidence: undefined });
  });

  it.each(['smoothing_from', 'smoothing_from_ts'])('started from nothing where %s is empty', (name) => {
    expect(parseRecordedProposal(entry.with(at(name), ''))).toEqual({ ...parsed(), smoothingFrom: undefined });
  });

  it('has the scale 1 where its own is no number', () => {
    expect(parseRecordedProposal(entry.with(at('budget_scale'), ''))).toEqual({ ...parsed(), budgetScale: 1 });
  });

  it('of an earlier version, or with other fields in these places, has no origin', () => {
    const without = { ...parsed(), policy: undefined, budgetScale: 1, smoothingFrom: undefined };
    expect(parseRecordedProposal(entry.slice(0, 24))).toEqual(without);
    expect(parseRecordedProposal(entry.with(24, 'other'))).toEqual(without);
    expect(policyOfEntry(entry)).toBe(policy.hashes.proposal);
    expect([policyOfEntry(entry.slice(0, 24)), policyOfEntry(entry.with(26, 'other'))]).toEqual([undefined, undefined]);
  });

  it('of an earlier version is decided again without a policy, and compared as far as it goes', () => {
    const early = parseRecordedProposal(entryOf(1000, reading).slice(0, 24));
    const replayed = early && replayProposal(early, policy.proposer, undefined);
    expect(replayed).toMatchObject({
      policy: '',
      budgetScale: 1,
      smoothingFrom: undefined,
      smoothingFromTsSec: undefined,
    });
    expect(entryDifference(entryOf(1000, reading).slice(0, 24), replayed)).toBeUndefined();
    expect(entryDifference(entryOf(1000, reading).slice(0, 24).with(5, '1001'), replayed)).toHaveLength(24);
  });

  it('is not given again where there is no proposal, or but a part of it', () => {
    expect(entryDifference(entry, undefined)).toEqual([]);
    const plain = entryOf(1000, reading);
    expect(difference(plain.slice(0, -1))).toEqual(plain);
  });

  it.each([
    ['a base below 0', { baseTargetUsd: -1 }, undefined],
    ['a base of 0', { baseTargetUsd: 0 }, 0],
    ['a base that is no number', { baseTargetUsd: NaN }, undefined],
    ['an infinite base', { baseTargetUsd: Infinity }, undefined],
    ['a product that overflows', { baseTargetUsd: Number.MAX_VALUE, budgetScale: 2 }, undefined],
  ])('of %s is proposed again as far as there is an amount', (_name, over, expected) => {
    const recorded = parsed();
    const replayed = recorded && replayProposal({ ...recorded, ...over }, policy.proposer, undefined);
    expect(replayed?.proposedTargetUsd).toBe(expected);
  });

  it('is decided again with what smoothing made of it', () => {
    const parameters = { ...policy.proposer, smoothingHalflifeSec: 60 };
    const recorded = parsed();
    expect(recorded && replayProposal(recorded, parameters, state)).toMatchObject({
      rawMultiplier: 1.4,
      smoothingFrom: 1.25,
      smoothingFromTsSec: NOW_SEC - 30,
      policy: policy.hashes.proposal,
      budgetScale: 0.5,
      effStale: false,
    });
  });
});
