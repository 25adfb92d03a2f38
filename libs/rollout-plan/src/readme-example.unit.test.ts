import { describe, expect, it } from '@jest/globals';
import { examplePlan } from './example.test-support.js';
import { initialState, next, nextMultiplier, rulesOf, type CycleEvent } from './index.js';

describe('the example of the README', () => {
  it('holds', () => {
    const rules = rulesOf(examplePlan(), '0123456789ab', 10);
    const started = next(
      initialState(7),
      { kind: 'start', nowSec: 1763386800, epoch: 7, plan: '0123456789ab', policy: '4bd977d42c9c', isApproved: true, evidenceSec: 1763000000 },
      rules,
    ); // prettier-ignore
    expect(started.state).toMatchObject({ name: 'baking', stage: 0, blend: 0, epoch: 8 });

    const cycle: CycleEvent = {
      kind: 'cycle', nowSec: 1763386810, epoch: 8, demand: 'none', isClean: true, hasLapsed: false, policy: '4bd977d42c9c',
      closedPeriods: 0, shown: { non_inferior: false, superior: false }, approvedSec: 1763386800, isNextApproved: false,
    }; // prettier-ignore
    const { state, move } = next(started.state, cycle, rules);
    expect([move, state.blend]).toEqual(['slew', 0.05]);
    expect(
      nextMultiplier({
        state,
        direction: 'down_only',
        proposed: 0.8,
        before: 1,
        blend: 0.05,
        blendBefore: 0,
        goal: 0.2,
        isClean: true,
      }),
    ).toEqual({
      multiplier: 0.99,
      blend: 0.05,
      atStateBlend: 0.96,
      reason: 'stage',
    });

    const breach = { ...cycle, nowSec: 1763386820, demand: 'rollback', isClean: false } as const;
    expect(next(state, breach, rules)).toMatchObject({ move: 'rollback', state: { name: 'rolled_back', epoch: 9 } });
  });
});
