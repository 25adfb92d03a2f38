import { describe, expect, it } from '@jest/globals';
import { EFFICIENCY_REASONS } from '@quantum/efficiency-policy';
import { aPermit } from '@quantum/test-fixtures';
import { EMPTY_BOARD, withCycle, withDecision, withEvent, withPlan, withProposal, withScore } from './board.js';

const permit = aPermit({ symbol: 'AAA' });
const record = {
  v: 1,
  plan_id: 'p1',
  symbol: 'AAA',
  entry_id: '1-0',
  decided_at: 1.5,
  outcome: 'permit',
  reason: '',
  gates: [],
  inputs: {},
  permit,
};

describe('the board', () => {
  it('keeps the last proposal of a symbol, and counts all', () => {
    const first = withProposal(EMPTY_BOARD, { symbol: 'AAA', base_target: '100', multiplier: '1.0000', reason: 'ok' });
    const board = withProposal(first, { symbol: 'AAA', base_target: '200', eff_score: '', reason: 'missing_eff' });
    expect(board.symbols.get('AAA')).toMatchObject({ baseUsd: 200, score: undefined, reason: 'missing_eff' });
    expect([...board.proposals]).toEqual([
      ['ok', 1],
      ['missing_eff', 1],
    ]);
  });

  it('keeps the last score of a symbol, and ignores those of another P3.1', () => {
    const entry = { symbol: 'AAA', version: 'brain_v1', efficiency_score: '0.4', confidence: '0.7', n_eff: '12.5' };
    const first = withScore(EMPTY_BOARD, entry);
    const board = withScore(first, { ...entry, efficiency_score: '0.3', coverage: '0.9' });
    expect([...board.scores]).toEqual([
      ['AAA', { score: 0.3, confidence: 0.7, effectivePeriods: 12.5, coverage: 0.9 }],
    ]);
    expect(board.scored).toBe(2);
    expect(withScore(board, { ...entry, version: 'p31_v1' })).toBe(board);
  });

  it('takes permits from decision records, and ignores anything else', () => {
    const board = withDecision(EMPTY_BOARD, JSON.stringify(record), 'ENTRY_PROPOSED');
    expect(board.permits).toEqual([
      {
        planId: 'p1',
        symbol: 'AAA',
        planAction: 'ENTRY_PROPOSED',
        hint: 'DOWNSIZE',
        factor: 0.4444,
        cooldownSec: 96,
        reason: 'ok',
        notionalUsd: 300,
      },
    ]);
    const refused = { ...record, outcome: 'refused', reason: 'kill_score', permit: undefined };
    for (const other of ['', '{}', 'null', JSON.stringify(refused)]) {
      expect(withDecision(board, other, '')).toBe(board);
    }
  });

  it('counts refusals by gate, dead letters and plans', () => {
    const refused = withEvent(EMPTY_BOARD, { event: 'PLAN_REFUSED', reason: 'kill_score' });
    const board = withPlan(withEvent(refused, { event: 'DEAD_LETTER', reason: 'invalid_qty' }), { decision: 'SKIP' });
    expect(board.refusals.get('kill_score')).toBe(1);
    expect(board.deadLetters).toBe(1);
    expect(board.plans.get('SKIP')).toBe(1);
    expect(withEvent(board, { event: 'AUTO_DISARM' })).toBe(board);
  });

  it('counts a cycle once, and keeps the worst', () => {
    const summary = { ts_epoch: '100', symbols: '3', duration_sec: '0.050', ok: '2', stale_eff: '1', low_conf: '0' };
    const board = withCycle(EMPTY_BOARD, summary, EFFICIENCY_REASONS);
    expect(withCycle(board, summary, EFFICIENCY_REASONS)).toBe(board);
    expect(withCycle(board, {}, EFFICIENCY_REASONS)).toBe(board);
    const next = withCycle(board, { ...summary, ts_epoch: '110', duration_sec: '0.010' }, EFFICIENCY_REASONS);
    expect(next).toMatchObject({ cycles: 2, worstCycleSec: 0.05 });
    expect(next.lastCycle?.reasons).toEqual({ ok: 2, stale_eff: 1 });
  });
});
