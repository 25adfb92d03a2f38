import { describe, expect, it } from '@jest/globals';
import { readRecord } from '@quantum/decisions';
import type { DecisionRecord } from '@quantum/redis-schemas';
import { aPermit, INPUTS, recordWith } from '@quantum/test-fixtures';
import { NOW, permitted, refused } from '../readings.test-support.js';
import { decisionSentence, explainDecision } from './decision.js';

const sentence = (json: string): string => decisionSentence(readRecord(json) as DecisionRecord);

describe('a decision in words', () => {
  it.each([
    ['kill_switch', {}, 'the kill switch is on'],
    ['disarmed', {}, 'opens are disarmed for the UTC day'],
    ['plan_age', { age_sec: 61.23, max_age_sec: 60 }, '61.2 s old, limit 60 s'],
    ['plan_age', { id_ahead_sec: 75, max_age_sec: 60 }, 'its stream id is 75 s ahead of Redis, and it has no usable timestamp'],
    ['kill_score', { kill_score: 0.9, critical: 0.8 }, 'kill score 0.9, limit 0.8'],
    ['kill_score', { kill_score: 'missing', critical: 0.8 }, 'kill score missing, limit 0.8'],
    ['symbol_cooldown', { age_sec: 12, cooldown_sec: 60 }, 'last execution 12 s ago, cooldown 60 s'],
    ['hourly_rate', { exec_count: 1, max_exec_per_hour: 1 }, '1 permit in 1 h, limit 1'],
    ['burst_rate', { exec_count: 2, max_exec_per_5min: 2 }, '2 permits in 5 min, limit 2'],
    ['daily_notional', { day_notional_usd: 4900, notional_usd: 300.5, max_notional_usd: 5000 }, '4,900 USD today and 300.5 USD of this plan, limit 5,000 USD'],
    ['portfolio_budget', { violation_age_sec: 3, max_violation_age_sec: 30 }, 'P2.8 reported a violation 3 s ago, which counts for 30 s'],
    ['allocation_cap', { position_usd: 900, in_flight_usd: 0, notional_usd: 200, target_usd: 1000 }, 'position 900 USD, in flight 0 USD, this plan 200 USD, target 1,000 USD'],
    ['price_band', { price_usd: 105, mark_price_usd: 60, price_band: 0.5 }, 'price 105 USD, mark price 60 USD, band 0.5 of it'],
    ['of_a_later_version', { spread_bps: 7, max_bps: 5 }, 'spread_bps 7, max_bps 5'],
    ['burst_rate', { unreadable: true }, 'its state could not be read'],
  ])('a refusal by %s says what decided', (gate, numbers, words) => {
    expect(sentence(refused('p1', gate, numbers))).toBe(`refused by ${gate}: ${words}`);
  }); // prettier-ignore

  it('a permit says its hint, and what would refuse it', () => {
    expect(sentence(permitted('p1'))).toBe('permitted, hinted to 0.4444 of its size and 96 s more cooldown: score 0.2000');
    const plain = { eff_action: 'NONE', eff_reason: 'low_conf', would_block: ['price_band'] };
    expect(sentence(permitted('p1', plain))).toBe('permitted without a hint: low_conf; price_band would refuse it (in shadow)');
    expect(sentence(permitted('p1', { eff_action: 'NONE' }))).toBe('permitted without a hint');
  }); // prettier-ignore

  it('knows dead letters and permits of another governor', () => {
    const over = (given: Partial<DecisionRecord>): string => decisionSentence(recordWith(INPUTS, given));
    expect(over({ outcome: 'foreign' })).toBe('permitted by another governor');
    expect(over({ outcome: 'dead_letter', reason: 'max_deliveries', error: 'delivered 6 times' })).toBe('dead-lettered, max_deliveries: delivered 6 times'); // prettier-ignore
  });

  it('is explained line by line', () => {
    const gates = [{ gate: 'burst_rate', mode: 'enforce', refused: true } as const];
    const lines = explainDecision(readRecord(refused('p1', 'burst_rate', { exec_count: 2, max_exec_per_5min: 2 }, { gates })) as DecisionRecord); // prettier-ignore
    expect(lines.map(({ label, text }) => `${label}: ${text}`)).toEqual([
      'plan: p1 of AAA, opens',
      'notional: 1,000 USD',
      'entry: 1699999999000-0, decided 2023-11-14 22:13:20 UTC',
      'decision: refused by burst_rate: 2 permits in 5 min, limit 2',
      'burst_rate: refuses',
      'windows: 0 permits in 1 h, 0 in 5 min before it',
    ]);
    const permit = explainDecision(recordWith(INPUTS, { permit: aPermit({ created_at: NOW }) }));
    expect(permit.at(-1)).toEqual({ label: 'permit', text: 'quantity 2, notional 300 USD, mode testnet' });
  });
});
