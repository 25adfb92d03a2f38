import { describe, expect, it } from '@jest/globals';
import { assess, proposeTarget } from '@quantum/efficiency-policy';
import { asComputed, parseNumber, proposalStreamEntry, type EfficiencyReading } from '@quantum/redis-schemas';
import fc from 'fast-check';
import { policy } from './policy.test-support.js';
import { entryDifference, parseRecordedProposal, proposeAgain } from './replay-proposal.js';

const NOW_SEC = 1_700_000_000;

/** An entry as the proposer writes it for a reading. */
function entryOf(baseTargetUsd: number, reading: EfficiencyReading): string[] | undefined {
  const assessment = assess(reading, NOW_SEC, policy.proposer);
  const proposal = proposeTarget(baseTargetUsd, assessment, policy.proposer);
  if (!proposal.proposed) return undefined;
  const { multiplier, proposedTargetUsd } = proposal;
  const { score: effScore, confidence: effConfidence, tsText: effTsText, stale: effStale, reason } = assessment;
  return proposalStreamEntry({
    tsEpochSec: NOW_SEC, symbol: 'S', baseTargetUsd, proposedTargetUsd, multiplier,
    effScore, effConfidence, effTsText, effStale, baseTsText: '1.50', reason, ...asComputed(multiplier, '0123456789ab'),
  }); // prettier-ignore
}

const anyNumber = fc.oneof(
  fc.constant(undefined),
  fc.double({ min: -1, max: 2, noNaN: true }).map((x) => (x === 0 ? 0 : x)),
);
const anyReading: fc.Arbitrary<EfficiencyReading> = fc.oneof(
  fc.constant<EfficiencyReading>({ state: 'unreadable' }),
  fc.constant<EfficiencyReading>({ state: 'missing' }),
  fc
    .tuple(anyNumber, anyNumber, fc.oneof(fc.constantFrom('', 'x', '1e3'), fc.integer({ min: -2000, max: 200 }).map((d) => String(NOW_SEC + d))))
    .map(([score, confidence, tsText]) => ({ state: 'read' as const, score, confidence, tsSec: parseNumber(tsText), tsText })),
); // prettier-ignore

describe('a recorded proposal', () => {
  it('is given again to the byte, whatever was read', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e12, noNaN: true }), anyReading, (baseUsd, reading) => {
        const entry = entryOf(baseUsd === 0 ? 0 : baseUsd, reading) ?? [];
        const recorded = parseRecordedProposal(entry);
        expect(recorded).toBeDefined();
        expect(entryDifference(entry, proposeAgain(recorded!, policy.proposer))).toBeUndefined();
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
    })!;
    for (const name of ['proposed_target', 'multiplier', 'eff_stale', 'reason']) {
      const at = entry.indexOf(name) + 1;
      const changed = entry.with(at, name === 'reason' ? 'low_conf' : '1');
      expect(entryDifference(changed, proposeAgain(parseRecordedProposal(changed)!, policy.proposer))).toEqual(
        entry.slice(0, 24),
      );
    }
  });

  it('may have fields that were added later, behind the known ones, or be of an earlier version', () => {
    const entry = entryOf(1000, { state: 'missing' })!;
    for (const fields of [[...entry, 'added_later', '1'], entry.slice(0, 24)]) {
      expect(entryDifference(fields, proposeAgain(parseRecordedProposal(fields)!, policy.proposer))).toBeUndefined();
    }
  });

  it('is no proposal with other fields, or numbers that are none', () => {
    expect(parseRecordedProposal(['symbol', 'S'])).toBeUndefined();
    const entry = entryOf(1000, { state: 'missing' })!;
    expect(parseRecordedProposal(entry.with(5, 'many'))).toBeUndefined();
  });
});
