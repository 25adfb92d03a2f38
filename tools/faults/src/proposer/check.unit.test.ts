import { describe, expect, it } from '@jest/globals';
import { checkAgainstQuote, checkCycle, checkProposal } from './check.js';

const GOOD = {
  ts_epoch: '1700000000',
  symbol: 'X',
  base_target: '1000',
  proposed_target: '1400',
  multiplier: '1.4000',
  eff_score: '0.9',
  eff_confidence: '0.8',
  eff_ts: '1699999990',
  base_ts: '1',
  eff_stale: '0',
  reason: 'ok',
  mode: 'shadow',
  raw_multiplier: '1.4000',
  policy: '665096e73ef2',
  budget_scale: '1',
  smoothing_from: '',
  smoothing_from_ts: '',
};
const NEUTRAL = { ...GOOD, multiplier: '1.0000', raw_multiplier: '1.0000', proposed_target: '1000' };
const kinds = (fields: Record<string, string>): string[] => checkProposal(fields).map(({ kind }) => kind);

describe('a proposal', () => {
  it.each([
    ['ok', GOOD],
    ['stale', { ...NEUTRAL, eff_ts: '1699999399', reason: 'stale_eff', eff_stale: '1' }],
    ['of low confidence', { ...NEUTRAL, eff_confidence: '0.6', reason: 'low_conf' }],
    ['without a score', { ...NEUTRAL, eff_score: '', reason: 'invalid_eff' }],
    ['without a reading', { ...NEUTRAL, eff_score: '', eff_confidence: '', eff_ts: '', reason: 'missing_eff' }],
  ])('that is %s is right', (_what, fields) => {
    expect(kinds(fields)).toEqual([]);
  });

  it.each([
    ['another multiplier', { ...GOOD, multiplier: '1.3000' }],
    ['another raw multiplier', { ...GOOD, raw_multiplier: '1.3000' }],
    ['another product', { ...GOOD, proposed_target: '1400.5' }],
    ['a reason that does not hold', { ...NEUTRAL, reason: 'stale_eff', eff_stale: '1' }],
    ['no reason to be neutral', { ...NEUTRAL, reason: 'low_conf' }],
    ['an invalid score', { ...GOOD, eff_score: '1.2' }],
    ['eff_stale without a stale reading', { ...GOOD, eff_stale: '1' }],
  ])('is wrong with %s', (_what, fields) => {
    expect(kinds(fields)).toEqual(['wrong_value']);
  });

  it.each([
    ['NaN', { ...GOOD, proposed_target: 'NaN' }],
    ['Infinity', { ...GOOD, proposed_target: 'Infinity' }],
    ['a field too many', { ...GOOD, more: '1' }],
    ['a live mode', { ...GOOD, mode: 'enforce' }],
  ])('is misshapen with %s', (_what, fields) => {
    expect(kinds(fields)).toEqual(['bad_shape']);
  });

  it('must follow from its quote', () => {
    const efficiency = { efficiency_score: '0.9000', confidence: '0.800', ts: '1699999990' };
    const quotes = new Map([['X', { symbol: 'X', targetUsd: '1000.00', efficiency }]]);
    expect(checkAgainstQuote(GOOD, quotes)).toEqual([]);
    expect(checkAgainstQuote({ ...GOOD, base_target: '999' }, quotes)).toMatchObject([{ kind: 'wrong_value' }]);
    expect(checkAgainstQuote({ ...GOOD, symbol: 'Y' }, quotes)).toMatchObject([{ kind: 'unknown_symbol' }]);
  });
});

describe('a whole cycle', () => {
  const cycle = {
    summary: { ts_epoch: '5', symbols: '2', proposed: '2' },
    inStream: new Set(['X', 'Y']),
    hashTimes: new Map([['X', 5], ['Y', 6]]), // prettier-ignore
  };
  it('has an entry and a hash of every symbol', () => {
    expect(checkCycle(cycle, ['X', 'Y'])).toEqual([]);
  });

  it('may list symbols that are gone while the market is written, but reports what it published', () => {
    const [inStream, ofX] = [new Set(['X']), { ...cycle.summary, proposed: '1' }];
    expect(checkCycle({ ...cycle, summary: ofX, inStream }, undefined)).toEqual([]);
    expect(checkCycle({ ...cycle, inStream }, undefined)).toMatchObject([{ kind: 'half_cycle' }]);
    expect(checkCycle({ ...cycle, summary: ofX }, undefined)).toMatchObject([{ kind: 'half_cycle' }]);
  });

  it.each([
    ['an entry', { ...cycle, inStream: new Set(['X']) }],
    ['a hash', { ...cycle, hashTimes: new Map([['X', 5]]) }],
    ['a hash of its time', { ...cycle, hashTimes: new Map([['X', 5], ['Y', 4]]) }], // prettier-ignore
    ['a symbol', { ...cycle, summary: { ...cycle.summary, symbols: '1', proposed: '1' } }],
  ])('is a half one without %s', (_what, seen) => {
    expect(checkCycle(seen, ['X', 'Y'])).toMatchObject([{ kind: 'half_cycle' }]);
  });
});
