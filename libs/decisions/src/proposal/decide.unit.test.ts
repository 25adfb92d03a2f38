import { describe, expect, it } from '@jest/globals';
import {
  parseEfficiency,
  parseTarget,
  proposalHash,
  proposalStreamEntry,
  type EfficiencyReading,
} from '@quantum/redis-schemas';
import { SOME_POLICY as defaults } from '@quantum/test-fixtures';
import { scaleToBudget } from './budget.js';
import { decideProposal, type ProposalDecision, type SymbolReading } from './decide.js';

const NOW = 1_700_000_000;
const policy = { parameters: defaults.proposer, policy: defaults.hashes.proposal };
const target = parseTarget(['1000', String(NOW - 3)]);
const eff = (score: string | null, confidence: string | null = '0.9', ts: string | null = String(NOW)) =>
  parseEfficiency([score, confidence, ts]);
const decided = (efficiency: EfficiencyReading, read: SymbolReading['target'] = target): ProposalDecision =>
  decideProposal({ symbol: 'BTCUSDT', target: read, efficiency, smoothing: undefined }, NOW, policy);

describe('decideProposal', () => {
  it.each([
    ['0', 0.5, 500],
    ['0.3', 0.8, 800],
    ['0.5', 1, 1000],
    ['0.9', 1.4, 1400],
    ['1', 1.5, 1500],
  ])('score %s gives multiplier %d', (score, multiplier, proposedTargetUsd) => {
    const { proposal } = decided(eff(score));
    expect(proposal).toMatchObject({ reason: 'ok', effStale: false });
    expect(proposal?.multiplier).toBeCloseTo(multiplier, 12);
    expect(proposal?.proposedTargetUsd).toBeCloseTo(proposedTargetUsd, 9);
  });

  it.each<[string, EfficiencyReading]>([
    ['redis_error', { state: 'unreadable' }],
    ['missing_eff', eff(null, null, null)],
    ['invalid_eff', eff('nan', '0.1', String(NOW - 700))],
    ['stale_eff', eff('0.9', '0.1', String(NOW - 700))],
    ['low_conf', eff('0.9', '0.5')],
  ])('%s leaves the target exactly as it is', (reason, efficiency) => {
    const { proposal } = decided(efficiency);
    expect(proposal).toMatchObject({ reason, multiplier: 1, proposedTargetUsd: 1000, baseTargetUsd: 1000 });
    expect(proposal?.effStale).toBe(reason === 'stale_eff');
  });

  it.each<[string, SymbolReading['target']]>([
    ['no_target', { state: 'gone' }],
    ['invalid_target', parseTarget([null, null])],
    ['invalid_target', parseTarget([null, '1'])],
    ['invalid_target', parseTarget(['-1', '1'])],
    ['invalid_target', parseTarget(['1.7e308', '1'])],
    ['redis_error', { state: 'unreadable' }],
  ])('%s: no proposal', (skip, read) => {
    expect(decided(eff('0.9'), read)).toEqual({ skip });
  });

  it('writes the stream entry at full precision, the hash rounded', () => {
    const entry = decided(eff('0.9', '0.77777', `${NOW}.25`), parseTarget(['1234.5678', `${NOW - 3}.5`])).proposal!;
    expect(proposalStreamEntry(entry).join(' ')).toBe(
      `ts_epoch ${NOW} symbol BTCUSDT base_target 1234.5678 proposed_target 1728.39492 multiplier 1.4000 ` +
        `eff_score 0.9 eff_confidence 0.77777 eff_ts ${NOW}.25 base_ts ${NOW - 3}.5 eff_stale 0 reason ok mode shadow ` +
        `raw_multiplier 1.4000 policy ${policy.policy} budget_scale 1 smoothing_from  smoothing_from_ts `,
    );
    expect(proposalHash(entry).join(' ')).toBe(
      `ts_epoch ${NOW} symbol BTCUSDT base_target 1234.57 proposed_target 1728.39 multiplier 1.4000 ` +
        `eff_score 0.9000 eff_confidence 0.778 eff_stale 0 reason ok mode shadow last_update_ts_epoch ${NOW} ` +
        `raw_multiplier 1.4000 policy ${policy.policy} budget_scale 1 smoothed_multiplier 1.4`,
    );
  });

  it('leaves empty what cannot be read', () => {
    const { proposal } = decided(eff('2', '0.9', 'soon'), parseTarget(['5', 'yesterday']));
    expect(proposalStreamEntry(proposal!).join('|')).toBe(
      `ts_epoch|${NOW}|symbol|BTCUSDT|base_target|5|proposed_target|5|multiplier|1.0000|` +
        'eff_score||eff_confidence|0.9|eff_ts||base_ts||eff_stale|0|reason|invalid_eff|mode|shadow|' +
        `raw_multiplier|1.0000|policy|${policy.policy}|budget_scale|1|smoothing_from||smoothing_from_ts|`,
    );
  });
});

describe('scaleToBudget', () => {
  const scaled = (symbol: string, score: string, scale: number) => {
    const reading = { symbol, target, efficiency: eff(score), smoothing: undefined };
    const { proposal } = decideProposal(reading, NOW, policy);
    scaleToBudget(proposal!, scale, policy.parameters);
    return proposal;
  };

  it.each([
    ['the scale times the multiplier', 0.75, { multiplier: 1.0499999999999998, proposedTargetUsd: 1049.9999999999998 }],
    ['no less than the minimum', 0.1, { multiplier: 0.5, proposedTargetUsd: 500 }],
    ['no more than the maximum', 2, { multiplier: 1.5, proposedTargetUsd: 1500 }],
  ])('gives %s, and says what scaled it', (_what, budgetScale, expected) => {
    const origin = { rawMultiplier: 1.4, smoothedMultiplier: 1.4, budgetScale };
    expect(scaled('BTCUSDT', '0.9', budgetScale)).toMatchObject({ ...expected, ...origin });
  });

  it.each([
    ['of which the efficiency is not ok', 'BTCUSDT', '2', 1],
    ['of a proof, which is no part of the portfolio', 'PROOF_1', '0.9', 1.4],
  ])('leaves a proposal as it is %s', (_what, symbol, score, multiplier) => {
    expect(scaled(symbol, score, 0.75)).toMatchObject({
      multiplier,
      proposedTargetUsd: 1000 * multiplier,
      budgetScale: 1,
    });
  });
});
