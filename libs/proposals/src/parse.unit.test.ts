import { describe, expect, it } from '@jest/globals';
import { EFFICIENCY_REASONS } from '@quantum/efficiency-policy';
import {
  fieldsOf,
  PROPOSAL_FIRST_STREAM_FIELDS,
  PROPOSAL_HASH_FIELDS,
  proposalHash,
  proposalStreamEntry,
  type ProposalRecord,
} from '@quantum/redis-schemas';
import { confidence, score, usd } from '@quantum/generators';
import fc from 'fast-check';
import { ageSec, freshness, parseProposalEntry, parseProposalHash } from './index.js';

const RECORD: ProposalRecord = {
  tsEpochSec: 1_700_000_000,
  symbol: 'BTC:PERP',
  baseTargetUsd: 1000.125,
  proposedTargetUsd: 1400.175,
  multiplier: 1.4,
  effScore: 0.9,
  effConfidence: 0.8765,
  effTsText: ' 1.7e9',
  effStale: false,
  baseTsText: '',
  reason: 'ok',
  rawMultiplier: 1.45,
  smoothedMultiplier: 1.42,
  smoothingFrom: 1.25,
  smoothingFromTsSec: 1_699_999_990,
  policy: '0123456789ab',
  budgetScale: 0.98,
};
const ENTRY = fieldsOf(proposalStreamEntry(RECORD));
const parseWith = (changes: Record<string, string | undefined>) =>
  parseProposalEntry(Object.entries({ ...ENTRY, ...changes }).flatMap(([name, text]) => (text === undefined ? [] : [name, text]))); // prettier-ignore
/** Values of an HMGET. */
const valuesOf = (flat: string[]) => PROPOSAL_HASH_FIELDS.map((name) => fieldsOf(flat)[name] ?? null);

const amount = usd(1e15);
const maybe = (share: fc.Arbitrary<number>) => fc.option(share, { nil: undefined });
const record: fc.Arbitrary<ProposalRecord> = fc.record({
  tsEpochSec: fc.nat(),
  symbol: fc.stringMatching(/^[\w:]{1,64}$/),
  baseTargetUsd: amount,
  proposedTargetUsd: amount,
  multiplier: fc.nat(15_000).map((x) => x / 10_000), // what 4 decimals can hold
  effScore: maybe(score),
  effConfidence: maybe(confidence),
  effTsText: fc.constantFrom('', '1700000000', ' 1.7e9 '),
  effStale: fc.boolean(),
  baseTsText: fc.constantFrom('', '1700000000.5'),
  reason: fc.constantFrom(...EFFICIENCY_REASONS),
  rawMultiplier: fc.nat(15_000).map((x) => x / 10_000),
  smoothedMultiplier: amount,
  smoothingFrom: fc.option(amount, { nil: undefined }),
  smoothingFromTsSec: fc.option(fc.nat(), { nil: undefined }),
  policy: fc.stringMatching(/^[0-9a-f]{12}$/),
  budgetScale: amount,
});
const FIRST_OF_HASH = PROPOSAL_HASH_FIELDS.slice(0, PROPOSAL_HASH_FIELDS.indexOf('raw_multiplier'));

describe('a parsed proposal', () => {
  it('equals the one that was written to the stream', () => {
    fc.assert(
      fc.property(record, ({ smoothedMultiplier, ...one }) => {
        const entry = proposalStreamEntry({ ...one, smoothedMultiplier });
        expect(parseProposalEntry(entry)).toEqual({ readable: true, proposal: one });
      }),
    );
  });

  it('may be of an earlier version, which did not write the origin of its multiplier', () => {
    fc.assert(
      fc.property(record, (written) => {
        const { rawMultiplier, smoothedMultiplier, smoothingFrom, smoothingFromTsSec, policy, budgetScale, ...one } = written;
        const entry = proposalStreamEntry({ ...one, rawMultiplier, smoothedMultiplier, smoothingFrom, smoothingFromTsSec, policy, budgetScale });
        const first = entry.slice(0, 2 * PROPOSAL_FIRST_STREAM_FIELDS.length);
        expect(parseProposalEntry(first)).toStrictEqual({ readable: true, proposal: one });
        const values = valuesOf(proposalHash(written)).map((value, i) => (i < FIRST_OF_HASH.length ? value : null));
        const parsed = parseProposalHash(values);
        expect(parsed).toMatchObject({ readable: true });
        expect(parsed?.readable && Object.keys(parsed.proposal)).not.toContain('policy');
      }),
    ); // prettier-ignore
  });

  it('equals the one that was written to the hash, as rounded there', () => {
    fc.assert(
      fc.property(record, (one) => {
        const parsed = parseProposalHash(valuesOf(proposalHash(one)));
        if (!parsed?.readable) throw new Error(parsed?.problem);
        const { effTsText, baseTsText, smoothingFrom, smoothingFromTsSec } = one; // stream only
        expect({ effTsText, baseTsText, smoothingFrom, smoothingFromTsSec, ...parsed.proposal }).toEqual({
          ...one,
          baseTargetUsd: Number(one.baseTargetUsd.toFixed(2)),
          proposedTargetUsd: Number(one.proposedTargetUsd.toFixed(2)),
          effScore: one.effScore === undefined ? undefined : Number(one.effScore.toFixed(4)),
          effConfidence: one.effConfidence === undefined ? undefined : Number(one.effConfidence.toFixed(3)),
        });
      }),
    );
  });
});

describe('a refused proposal', () => {
  const NUMBERS = [
    'ts_epoch',
    'base_target',
    'proposed_target',
    'multiplier',
    'eff_score',
    'eff_confidence',
    'raw_multiplier',
    'budget_scale',
    'smoothing_from',
    'smoothing_from_ts',
  ];
  const bad: [name: string, text: string | undefined][] = [
    ...PROPOSAL_FIRST_STREAM_FIELDS.map((name): [string, undefined] => [name, undefined]),
    ['smoothing_from_ts', undefined], // with smoothing_from
    ...NUMBERS.flatMap((name) => ['NaN', 'inf', '0x10', '1,5', '-1', '1e999'].map((text): [string, string] => [name, text])),
    ['ts_epoch', '1700000000.5'], ['ts_epoch', '1e300'], ['base_target', ''], ['multiplier', ''],
    ['eff_score', '1.01'], ['eff_confidence', ' '], ['eff_ts', 'soon'], ['base_ts', '0x10'],
    ['symbol', ''], ['symbol', 'B\uFFFDC'], ['eff_stale', 'true'], ['reason', 'OK'], ['mode', 'enforce'],
    ['smoothing_from_ts', '1.5'], ['policy', ''], ['policy', '0123456789AB'], ['budget_scale', ''],
  ]; // prettier-ignore

  it.each(bad)('names the first invalid field: %s %j', (name, text) => {
    const problem = text === undefined ? `${name} is missing` : `${name} is ${JSON.stringify(text)}`;
    expect(parseWith({ [name]: text })).toEqual({ readable: false, problem });
  });

  it('is not quoted at length', () => {
    expect(parseWith({ reason: 'x'.repeat(1e6) })).toEqual({
      readable: false,
      problem: `reason is "${'x'.repeat(40)}"`,
    });
  });

  it('is missing if no field is present, unreadable if one is', () => {
    const nothing = PROPOSAL_HASH_FIELDS.map((): string | null => null);
    expect(parseProposalHash(nothing)).toBeUndefined();
    expect(parseProposalHash(nothing.with(0, ''))).toMatchObject({ readable: false });
  });

  it('never throws, and a parsed one has no NaN', () => {
    const text = fc.oneof(
      fc.string(),
      fc.double().map(String),
      score.map(String),
      fc.constantFrom('', '0', '1', 'shadow', 'ok', ' 0.5'),
    );
    const fields = fc.record(Object.fromEntries(Object.keys(ENTRY).map((name) => [name, text])), { requiredKeys: [] });
    const flat = fc.oneof(
      fc.array(fc.string()),
      fields.map((some) => Object.entries({ ...ENTRY, ...some }).flatMap(([name, value]) => [name, value ?? ''])),
    );
    fc.assert(
      fc.property(flat, (entry) => {
        for (const parsed of [parseProposalEntry(entry), parseProposalHash(valuesOf(entry))]) {
          if (!parsed?.readable) continue;
          const numbers = Object.values(parsed.proposal).filter((value) => typeof value === 'number');
          expect(numbers.every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
        }
      }),
    );
  });
});

describe('age', () => {
  const proposal = { tsEpochSec: 1000 };
  const limits = { maxAgeSec: 30 };

  it.each([
    [1000, 0, 'fresh'], [1030, 30, 'fresh'], [1030.5, 30.5, 'stale'], [940, -60, 'fresh'], [939, -61, 'future'],
    [NaN, NaN, 'stale'],
  ] as const)('at %d is %d s: %s', (nowSec, age, expected) => {
    expect(ageSec(proposal, nowSec)).toBe(age);
    expect(freshness(proposal, nowSec, limits)).toBe(expected);
  }); // prettier-ignore

  it('has a limit ahead of the clock, too', () => {
    expect(freshness(proposal, 999, { maxAgeSec: 30, maxFutureSec: 0 })).toBe('future');
  });
});
