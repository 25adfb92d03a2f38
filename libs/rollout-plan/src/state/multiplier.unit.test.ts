import { describe, expect, it } from '@jest/globals';
import { multiplier, score } from '@quantum/generators';
import fc from 'fast-check';
import { lifetimeSec, nextMultiplier, ROLLOUT_STATES, type MultiplierInput } from '../index.js';

type Given = Partial<Omit<MultiplierInput, 'state'>> & { state?: Partial<MultiplierInput['state']> };
const given = ({ state: { name = 'baking', blend = 0.5, restarting = false } = {}, ...changes }: Given = {}): MultiplierInput => ({
  state: { name, blend, restarting },
  direction: 'both',
  proposed: 0.8,
  before: 0.95,
  blend,
  blendBefore: blend,
  goal: blend,
  isClean: true,
  ...changes,
}); // prettier-ignore

describe('the multiplier of a symbol', () => {
  it.each<[string, Given, number, string]>([
    ['blends the proposal', {}, 0.9, 'stage'],
    ['blends a proposal of 0', { proposed: 0 }, 0.5, 'stage'],
    ['goes up in both directions', { proposed: 1.5 }, 1.25, 'stage'],
    ['goes down only', { proposed: 1.5, direction: 'down_only' }, 1, 'stage'],
    ['moves to the base without blend', { state: { name: 'done', blend: 0 } }, 1, 'stage'],
    ['stays without a proposal', { proposed: undefined }, 0.95, 'stage'],
    [
      'without a proposal comes down with its blend',
      { proposed: undefined, before: 0.8, blend: 0.1, blendBefore: 0.4, state: { name: 'done', blend: 0.1 } },
      0.95,
      'stage',
    ],
    ['stays with a proposal that is no number', { proposed: NaN }, 0.95, 'stage'],
    ['stays with a negative proposal', { proposed: -1 }, 0.95, 'stage'],
    ['does not fall on what is unknown', { isClean: false }, 0.95, 'slew'],
    ['may return towards the base on what is unknown', { proposed: 0.98, isClean: false }, 0.99, 'stage'],
    ['stops at the base on what is unknown', { proposed: 1.5, isClean: false }, 1, 'slew'],
    ['does not rise on what is unknown', { proposed: 1.5, before: 1.1, isClean: false }, 1.1, 'slew'],
    ['falls to the base from above on what is unknown', { before: 1.2, isClean: false }, 1, 'slew'],
    ['does not fall on the way to blend 0', { state: { restarting: true } }, 0.95, 'slew'],
    ['does not rise on the way to blend 0', { state: { restarting: true }, proposed: 1.5, before: 1.1 }, 1.1, 'slew'],
    ['returns towards the base on the way to blend 0', { state: { restarting: true }, proposed: 0.98 }, 0.99, 'stage'],
    ['is on its way with a blend of its own', { blend: 0.1 }, 0.98, 'slew'],
    ['in reduce_only is the last one', { state: { name: 'reduce_only', blend: 0.5 } }, 0.95, 'reduce_only'],
    ['in reduce_only is at most 1', { state: { name: 'reduce_only', blend: 0.5 }, before: 1.2 }, 1, 'reduce_only'],
  ])('%s', (_what, changes, value, reason) => {
    const found = nextMultiplier(given(changes));
    expect(found?.multiplier).toBeCloseTo(value, 12);
    expect(found?.reason).toBe(reason);
  });

  it('is exactly that of the contract', () => {
    fc.assert(
      fc.property(multiplier, score, (proposed, blend) => {
        const found = nextMultiplier(given({ proposed, state: { name: 'ready', blend } }));
        expect(found).toEqual({
          multiplier: 1 + blend * (proposed - 1),
          blend,
          atStateBlend: 1 + blend * (proposed - 1),
          reason: 'stage',
        });
      }),
    );
  });

  it('says what it would be at the blend that it goes to', () => {
    expect(nextMultiplier(given({ blend: 0.1, goal: 0.5 }))).toMatchObject({ multiplier: 0.98, atStateBlend: 0.9 });
    expect(nextMultiplier(given({ blend: 0.1, goal: 0.5, isClean: false, before: 0.99 }))).toMatchObject({ multiplier: 0.99, atStateBlend: 0.99 }); // prettier-ignore
  });

  it('in reduce_only keeps its blend, and none where it was above 1', () => {
    const state = { name: 'reduce_only', blend: 0.5 } as const;
    expect([0.95, 1.2].map((before) => nextMultiplier(given({ state, before }))?.blend)).toEqual([0.5, 0]);
  });

  it('is published in these states alone', () => {
    const published = ROLLOUT_STATES.filter((name) => nextMultiplier(given({ state: { name, blend: 0.5 } })));
    expect(published).toEqual(['baking', 'ready', 'holding', 'reduce_only', 'done']);
  });
});

it('lives for three intervals, at least 30 s and at most 60 s', () => {
  expect([1, 10, 11, 20, 21].map(lifetimeSec)).toEqual([30, 30, 33, 60, 60]);
});
