import { describe, expect, it } from '@jest/globals';
import { asComputed, proposalHash, PROPOSAL_HASH_FIELDS } from '@quantum/redis-schemas';
import fc from 'fast-check';
import { NOW, POLICY } from '../readings.test-support.js';
import { explainSymbol, type SymbolSources } from './symbol.js';

const hash = proposalHash({
  tsEpochSec: NOW - 5, symbol: 'AAA', baseTargetUsd: 1000, proposedTargetUsd: 1400, multiplier: 1.4,
  effScore: 0.9, effConfidence: 0.8, effTsText: '1', effStale: false, baseTsText: '1', reason: 'ok', ...asComputed(1.4, POLICY),
}); // prettier-ignore
const SOURCES: SymbolSources = {
  symbol: 'AAA',
  nowSec: NOW,
  target: ['1000', '1763399990', null],
  efficiency: ['0.9', '0.8', '1763399990'],
  proposal: PROPOSAL_HASH_FIELDS.map((_, i) => hash[2 * i + 1] ?? null),
  multiplier: ['0.9', 'down_only', '7', String(NOW + 30)],
  position: ['-2', '100', String(NOW)],
  epoch: '7',
  parameters: '{"P31_BASE":1,"P31_MAX_MULT":1.5,"P31_MIN_MULT":0.5,"P31_SCALE":1}',
  executions: { hourCount: 1, burstCount: 0 },
};
const told = (changes: Partial<SymbolSources> = {}): string[] =>
  explainSymbol({ ...SOURCES, ...changes }).map(({ label, text }) => `${label}: ${text}`);

describe('where a symbol comes from', () => {
  it('is told with every number filled in', () => {
    expect(told()).toEqual([
      'target: target_usd "1000", timestamp "1763399990"',
      'efficiency: efficiency_score "0.9", confidence "0.8", ts "1763399990"',
      'proposal: 1,000 USD * 1.4 = 1,400 USD, of 2025-11-17 17:19:55 UTC, 5 s ago',
      'reason: ok: the formula applies',
      'formula: multiplier = clamp(1 + 1 * (0.9 - 0.5), 0.5, 1.5) = 1.4',
      `policy: ${POLICY}: P31_BASE=1 P31_MAX_MULT=1.5 P31_MIN_MULT=0.5 P31_SCALE=1`,
      'effective: 0.9 (ok): a rollout enforces it',
      'target now: 1,000 USD * 0.9 = 900 USD',
      'position: position_amt "-2", mark_price "100", ts_epoch "1763400000": -200 USD',
      'windows: 1 permit in 1 h, 0 in 5 min',
    ]);
  });

  it('says what is missing, and shows what is unreadable as it was read', () => {
    const lines = told({ target: ['np.float64(0.9)', null, null], efficiency: [null, null, null], proposal: [], multiplier: 'unreadable', position: 'unreadable', parameters: null }); // prettier-ignore
    expect(lines.slice(0, 5)).toEqual([
      'target: target_usd "np.float64(0.9)"',
      'efficiency: none of its fields is there',
      'proposal: none',
      'effective: 1 (unreadable): the multiplier or the epoch cannot be read',
      'position: the key cannot be read: wrong type, or no permission',
    ]);
  });

  it('takes any text', () => {
    const values = fc.oneof(fc.constant('unreadable' as const), fc.array(fc.oneof(fc.string(), fc.constant(null), fc.constant('1e308')), { maxLength: 16 })); // prettier-ignore
    const sources = fc.record({ target: values, efficiency: values, proposal: values, multiplier: values, position: values, parameters: fc.oneof(fc.constant(null), fc.string()), epoch: fc.oneof(fc.constant(undefined), fc.string()) }); // prettier-ignore
    fc.assert(
      fc.property(sources, (changes) => {
        for (const { text } of explainSymbol({ ...SOURCES, ...changes })) expect(text).not.toMatch(/NaN|undefined/);
      }),
    );
  });
});
