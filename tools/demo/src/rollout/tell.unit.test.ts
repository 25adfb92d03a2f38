import { describe, expect, it } from '@jest/globals';
import type { AuditEntry } from '@quantum/rollout-commands';
import { encodeRolloutState, initialState, type RolloutState } from '@quantum/rollout-plan';
import { planOfDemo } from './scenario.js';
import { tellEntry, tellMultipliers } from './tell.js';

const { plan } = planOfDemo();
const entry = (changes: Partial<AuditEntry>, to: Partial<RolloutState> = {}): AuditEntry => ({
  tsEpochSec: 1, actor: 'rollout', event: 'advance', commandId: '', subject: '', reason: '', refusal: '', from: '', guards: '',
  to: encodeRolloutState({ ...initialState(1), ...to }), plan: '0123456789ab', stage: '', build: 'test', ...changes,
}); // prettier-ignore
const told = (changes: Partial<AuditEntry>, to: Partial<RolloutState> = {}): string => {
  const { who, what } = tellEntry(entry(changes, to), plan);
  return `${who}: ${what}`;
};

describe('an entry of the audit in words', () => {
  it('names stages and blends', () => {
    expect(told({}, { name: 'ready', stage: 0 })).toBe('rollout: stage pilot has baked, ready for half');
    expect(told({}, { name: 'baking', stage: 1 })).toBe('rollout: stage half begins');
    expect(told({ event: 'slew' }, { blend: 0.25 })).toBe('rollout: blend 0.25');
  });

  it('names the guards that demanded a move, with their numbers', () => {
    const guards = JSON.stringify([
      { guard: 'slew', verdict: 'PASS', value: 0, limit: 1, demand: 'none' },
      { guard: 'relative_drawdown', verdict: 'BREACH', value: 81.23, limit: 37.5, demand: 'rollback' },
      { guard: 'tracking', verdict: 'UNKNOWN', limit: 0.9, demand: 'hold' },
    ]);
    expect(told({ event: 'rollback', guards }, { name: 'rolled_back' })).toBe(
      'rollout: ROLLBACK by relative_drawdown (BREACH, 81.2 with the limit 37.5), tracking (UNKNOWN, unknown with the limit 0.9)',
    );
    expect(told({ event: 'kill', reason: 'the epoch is 7, not 6' }, { name: 'killed' })).toBe(
      'rollout: KILL by the epoch is 7, not 6',
    );
  });

  it('names what a user wanted, and why it was refused', () => {
    expect(told({ actor: 'ben', event: 'approve', subject: '{"stage":"half"}' })).toBe('ben: approve stage half');
    expect(told({ actor: 'ana', event: 'start' })).toBe('ana: start the plan 0123456789ab');
    expect(told({ actor: 'ana', event: 'approve', subject: '{"stage":"half"}', refusal: 'own_plan' })).toBe(
      'ana: approve refused: the proposer of a plan does not approve it',
    );
  });
});

it('shows the multipliers below 1, and counts the others', () => {
  expect(tellMultipliers(new Map())).toBe('every symbol at its base target');
  expect(tellMultipliers(new Map([['A', 0.96251], ['B', 1], ['C', 1]]))).toBe('A 0.9625, 2 at 1'); // prettier-ignore
});
