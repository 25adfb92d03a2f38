import { describe, expect, it } from '@jest/globals';
import { confidence, magnitude, multiplier, score, usd } from '@quantum/generators';
import fc from 'fast-check';
import * as s from './index.js';
import type { ProposalRecord } from './index.js';

const proposal: ProposalRecord = {
  tsEpochSec: 1700000000,
  symbol: 'BTC:PERP',
  baseTargetUsd: 1000.125,
  proposedTargetUsd: 1000.125 * 1.4,
  multiplier: 1.4,
  effScore: 0.9,
  effConfidence: 0.87654321,
  effTsText: ' 1.7e9',
  effStale: false,
  baseTsText: '1699999990.5',
  reason: 'ok',
  rawMultiplier: 1.45678,
  smoothedMultiplier: 1.4285714285714286,
  smoothingFrom: 1.25,
  smoothingFromTsSec: 1699999990,
  policy: '0123456789ab',
  budgetScale: 0.98,
};

describe('a proposal', () => {
  it('keeps every input in the stream', () => {
    expect(Object.entries(s.fieldsOf(s.proposalStreamEntry(proposal)))).toEqual([
      ['ts_epoch', '1700000000'],
      ['symbol', 'BTC:PERP'],
      ['base_target', '1000.125'],
      ['proposed_target', '1400.175'],
      ['multiplier', '1.4000'],
      ['eff_score', '0.9'],
      ['eff_confidence', '0.87654321'],
      ['eff_ts', ' 1.7e9'],
      ['base_ts', '1699999990.5'],
      ['eff_stale', '0'],
      ['reason', 'ok'],
      ['mode', 'shadow'],
      ['raw_multiplier', '1.4568'],
      ['policy', '0123456789ab'],
      ['budget_scale', '0.98'],
      ['smoothing_from', '1.25'],
      ['smoothing_from_ts', '1699999990'],
    ]);
  });

  it('is rounded for people in the hash', () => {
    expect(Object.entries(s.fieldsOf(s.proposalHash(proposal)))).toEqual([
      ['ts_epoch', '1700000000'],
      ['symbol', 'BTC:PERP'],
      ['base_target', '1000.13'],
      ['proposed_target', '1400.17'],
      ['multiplier', '1.4000'],
      ['eff_score', '0.9000'],
      ['eff_confidence', '0.877'],
      ['eff_stale', '0'],
      ['reason', 'ok'],
      ['mode', 'shadow'],
      ['last_update_ts_epoch', '1700000000'],
      ['raw_multiplier', '1.4568'],
      ['policy', '0123456789ab'],
      ['budget_scale', '0.98'],
      ['smoothed_multiplier', '1.4285714285714286'],
    ]);
  });

  it('gives each text once, and maps each field to its text', () => {
    const texts = s.proposalTexts([proposal]);
    expect(texts).toHaveLength(s.PROPOSAL_TEXTS);
    const laidOut = (layout: typeof s.PROPOSAL_HASH_LAYOUT) => layout.flatMap(([name, place]) => [name, texts[place]]);
    expect(laidOut(s.PROPOSAL_STREAM_LAYOUT)).toEqual(s.proposalStreamEntry(proposal));
    expect(laidOut(s.PROPOSAL_HASH_LAYOUT)).toEqual(s.proposalHash(proposal));
    expect(s.proposalTexts([proposal, proposal])).toEqual([...texts, ...texts]);
  });

  it('leaves unreadable fields empty, and flags stale ones', () => {
    const unread = { effScore: undefined, effConfidence: undefined, effTsText: '', baseTsText: '' };
    const stream = s.fieldsOf(s.proposalStreamEntry({ ...proposal, ...unread, effStale: true, reason: 'stale_eff' }));
    expect(stream).toMatchObject({ eff_score: '', eff_confidence: '', eff_ts: '', base_ts: '', eff_stale: '1' });
    const hash = s.fieldsOf(s.proposalHash({ ...proposal, ...unread, effStale: true, reason: 'stale_eff' }));
    expect(hash).toMatchObject({ eff_score: '', eff_confidence: '', eff_stale: '1', reason: 'stale_eff' });
  });

  it('leaves the smoothing fields empty if smoothing had no start', () => {
    const stream = s.fieldsOf(
      s.proposalStreamEntry({ ...proposal, smoothingFrom: undefined, smoothingFromTsSec: undefined, budgetScale: 1 }),
    );
    expect(stream).toMatchObject({ smoothing_from: '', smoothing_from_ts: '', budget_scale: '1' });
  });

  it('lists its fields in the order in which it writes them', () => {
    const names = (flat: string[]) => flat.filter((_, i) => i % 2 === 0);
    expect(names(s.proposalStreamEntry(proposal))).toEqual(s.PROPOSAL_STREAM_FIELDS);
    expect(s.PROPOSAL_STREAM_FIELDS.slice(0, 12)).toEqual(s.PROPOSAL_FIRST_STREAM_FIELDS);
    expect(names(s.proposalHash(proposal))).toEqual(s.PROPOSAL_HASH_FIELDS);
  });

  it('reads back: exactly from the stream, to the cent from the hash', () => {
    const amount = usd(1e12);
    fc.assert(
      fc.property(amount, amount, score, confidence, (baseTargetUsd, proposedTargetUsd, effScore, effConfidence) => {
        const record = { ...proposal, baseTargetUsd, proposedTargetUsd, effScore, effConfidence };
        const stream = s.fieldsOf(s.proposalStreamEntry(record));
        const numbers = ['base_target', 'proposed_target', 'eff_score', 'eff_confidence'].map((f) =>
          s.parseNumber(stream[f]),
        );
        expect(numbers).toEqual([baseTargetUsd, proposedTargetUsd, effScore, effConfidence]);
        const hash = s.fieldsOf(s.proposalHash(record));
        expect(hash['base_target']).toMatch(/^\d+\.\d{2}$/);
        expect(Math.abs(Number(hash['proposed_target']) - proposedTargetUsd)).toBeLessThanOrEqual(0.0051);
      }),
    );
  });
});

it('as computed has neither smoothing nor a budget in its multiplier', () => {
  expect(s.asComputed(1.4, '0123456789ab')).toEqual({
    rawMultiplier: 1.4,
    smoothedMultiplier: 1.4,
    smoothingFrom: undefined,
    smoothingFromTsSec: undefined,
    policy: '0123456789ab',
    budgetScale: 1,
  });
});

describe('the state that smoothing continues from', () => {
  it('may be 0', () => {
    expect(s.parseSmoothing(['0', '0'])).toEqual({ multiplier: 0, tsSec: 0 });
  });

  it('reads back exactly as it was written', () => {
    fc.assert(
      fc.property(fc.oneof(multiplier, magnitude), fc.maxSafeNat(), (smoothedMultiplier, tsEpochSec) => {
        const hash = s.fieldsOf(s.proposalHash({ ...proposal, smoothedMultiplier, tsEpochSec }));
        const values = s.SMOOTHING_FIELDS.map((name) => hash[name] ?? null);
        expect(s.parseSmoothing(values)).toEqual({ multiplier: smoothedMultiplier, tsSec: tsEpochSec });
      }),
    );
  });

  it.each([
    [null, null], [null, '1700000000'], ['1', null], ['', '1700000000'], ['1', ''], ['nan', '1700000000'], ['1e999', '1'],
    ['-0.5', '1700000000'], ['1', '1700000000.5'], ['1', '-1'], ['1', '1e300'], ['1', 'inf'],
  ])('is absent for %j at %j', (multiplier, tsSec) => {
    expect(s.parseSmoothing([multiplier, tsSec])).toBeUndefined();
  }); // prettier-ignore
});

it('sums up a cycle with a count per reason', () => {
  const cycle = {
    tsEpochSec: 1700000000,
    symbols: 13,
    proposed: { redis_error: 1, missing_eff: 2, invalid_eff: 0, stale_eff: 0, low_conf: 3, ok: 4 },
    skipped: { no_target: 1, invalid_target: 0, redis_error: 2, bad_name: 0 },
    durationSec: 0.12345,
  };
  expect({ ...s.fieldsOf(s.lastCycleHash(cycle)) }).toEqual({
    ts_epoch: '1700000000',
    symbols: '13',
    proposed: '10',
    skipped: '3',
    duration_sec: '0.123',
    redis_error: '1',
    missing_eff: '2',
    invalid_eff: '0',
    stale_eff: '0',
    low_conf: '3',
    ok: '4',
    skipped_no_target: '1',
    skipped_invalid_target: '0',
    skipped_redis_error: '2',
    skipped_bad_name: '0',
  });
});

describe('readProposal', () => {
  const entry = s.proposalStreamEntry(proposal);
  const { smoothedMultiplier, ...inStream } = proposal;

  it('reads what was written to the stream: the multipliers to 4 decimals, the rest as it was', () => {
    const multipliers = { multiplier: 1.4, rawMultiplier: 1.4568 };
    expect(s.readProposal(entry)).toEqual({ ...inStream, ...multipliers, smoothedMultiplier: undefined });
  });

  it('reads what was written to the hash', () => {
    const hash = s.fieldsOf(s.proposalHash(proposal));
    expect(s.readProposal(s.inReadingOrder(hash, s.PROPOSAL_HASH_FIELDS))).toMatchObject({
      symbol: 'BTC:PERP', baseTargetUsd: 1000.13, effStale: false, reason: 'ok', smoothedMultiplier, effTsText: undefined,
    }); // prettier-ignore
  });

  it('takes a value behind another name for absent, and a text for no number', () => {
    for (let at = 0; at < entry.length; at += 2) {
      const read = Object.values(s.readProposal(entry.with(at, 'other'))).filter((value) => value === undefined);
      expect([at, read.length]).toEqual([at, entry[at] === 'mode' ? 1 : 2]);
    }
    expect(s.readProposal(entry.with(5, '0x10')).baseTargetUsd).toBeUndefined();
    expect(Object.values(s.readProposal([])).every((value) => value === undefined)).toBe(true);
  });
});
