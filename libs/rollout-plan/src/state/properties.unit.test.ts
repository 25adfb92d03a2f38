import { describe, expect, it } from '@jest/globals';
import { uniform } from '@quantum/generators';
import { DEMANDS } from '@quantum/rollout-guards';
import fc from 'fast-check';
import {
  encodeRolloutState,
  goalBlend,
  nextMultiplier,
  parseRolloutState,
  PUBLISHING,
  symbolBlend,
  type CycleEvent,
  type RolloutEvent,
  type RolloutState,
} from '../index.js';
import type { Walk } from './walk.test-support.js';
import { IN_STATE, INTERVAL, rules } from './walk.test-support.js';

const mostly = <T>(usual: T, ...others: T[]) =>
  fc.oneof({ weight: 12, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...others) });

type Given = Parameters<Walk['take']>[0];
const cycle = fc.record({
  kind: fc.constant('cycle' as const),
  demand: mostly<CycleEvent['demand']>('none', ...DEMANDS),
  isClean: mostly(true, false),
  hasLapsed: mostly(false, true),
  policy: mostly<string | undefined>('policy-1', 'policy-2', undefined),
  closedPeriods: fc.constantFrom(0, 1, 2000, NaN),
  shown: fc.record({ non_inferior: mostly<boolean | undefined>(true, false, undefined), superior: mostly<boolean | undefined>(true, false, undefined) }),
  isNextApproved: mostly(true, false),
}); // prettier-ignore
const approved = mostly<{ approvedSec?: undefined }>({}, { approvedSec: undefined });
const command = fc
  .constantFrom('hold', 'resume', 'rollback', 'reduce_only', 'retry', 'kill', 'clear', 'takeover', 'start')
  .map((kind) => ({ kind }));
const event: fc.Arbitrary<Given> = fc.oneof(
  { weight: 12, arbitrary: fc.tuple(cycle, approved).map(([one, more]) => ({ ...one, ...more })) },
  { weight: 2, arbitrary: command },
);
/** Mostly one interval; sometimes as long as a stage, or a hold, or back. */
const after = mostly(INTERVAL, 1, 30, 31, 4000, 100_000, -50, NaN);
/** Now and then an operator kills by the epoch alone. */
const foreign = mostly(0, 1);
/** Where a path begins: a start in each state, so that short paths reach every transition. */
const begin = fc.constantFrom(...Object.values(IN_STATE)).map((walk) => walk());
const path = fc.array(fc.record({ event, after, foreign }), { minLength: 1, maxLength: 60 });

interface Step {
  event: Given;
  after: number;
}
const taken = (walk: Walk, { event: given, after: afterSec }: Step): Walk =>
  Number.isNaN(afterSec) ? walk.take({ ...given, nowSec: NaN }) : walk.take(given, afterSec);

/** Walks every step of a path, and hands each to the property: state before, event, state after. */
function forEveryStep(
  check: (before: RolloutState, given: RolloutEvent, walk: Walk) => void,
  runs: { numRuns: number; seed?: number } = { numRuns: 400 },
): void {
  fc.assert(
    fc.property(begin, path, (walk, steps) => {
      for (const step of steps) {
        if (step.foreign > 0) walk.epoch = (walk.epoch ?? 0) + step.foreign;
        const before = walk.state;
        const isForeign = walk.epoch !== before.epoch;
        taken(walk, step);
        if (isForeign) expect(['killed', 'off']).toContain(walk.state.name);
        check(before, { ...step.event, nowSec: walk.nowSec } as RolloutEvent, walk);
      }
    }),
    runs,
  );
}

const isRunning = ({ name }: RolloutState) => PUBLISHING.has(name);

describe('over all paths', () => {
  it('nothing is raised by an evaluation that is not clean: no stage, no blend, no state that publishes', () => {
    forEveryStep((before, given, { state }) => {
      if (given.kind !== 'cycle' || given.isClean) return;
      expect(state.stage).toBeLessThanOrEqual(before.stage);
      expect(state.blend).toBeLessThanOrEqual(before.blend);
      if (isRunning(state)) expect(isRunning(before)).toBe(true);
    });
  });

  it('no multiplier moves away from 1 on what is unknown, or on the way to blend 0', () => {
    const proposal = fc.option(uniform(0, 3), { nil: undefined });
    fc.assert(
      fc.property(begin, path, fc.infiniteStream(proposal), (walk, steps, proposals) => {
        let [before, ownBlend] = [1, 0];
        for (const step of steps) {
          taken(walk, step);
          if (step.event.kind !== 'cycle') continue;
          const { isClean = true } = step.event;
          const direction = walk.state.stage === 2 ? 'both' : 'down_only';
          const [proposed] = [...proposals.take(1)];
          const blend = symbolBlend(walk.state, rules, ownBlend, isClean);
          const found = nextMultiplier({
            state: walk.state,
            direction,
            proposed,
            before,
            blend,
            blendBefore: ownBlend,
            goal: goalBlend(walk.state, rules, blend),
            isClean,
          });
          const { multiplier = 1 } = found ?? {};
          const maxRise = isClean && walk.state.name !== 'holding' ? rules.slewPerCycle : 0;
          expect((found?.blend ?? 0) - ownBlend).toBeLessThanOrEqual(maxRise + 1e-9);
          ownBlend = found?.blend ?? 0;
          expect(Number.isFinite(multiplier) && multiplier >= 0).toBe(true);
          if (!isClean || walk.state.restarting || walk.state.name === 'reduce_only') {
            expect(multiplier).toBeGreaterThanOrEqual(Math.min(before, 1));
            expect(multiplier).toBeLessThanOrEqual(Math.max(before, 1));
          }
          if (walk.state.name === 'reduce_only') expect(multiplier).toBeLessThanOrEqual(1);
          before = multiplier;
        }
      }),
      { numRuns: 400 },
    );
  });

  it('one evaluation moves up one stage at most, and the blend by one slew', () => {
    forEveryStep((before, given, { state }) => {
      expect(state.stage - before.stage).toBeLessThanOrEqual(given.kind === 'cycle' ? 1 : 0);
      expect(state.blend - before.blend).toBeLessThanOrEqual(
        given.kind === 'cycle' ? rules.slewPerCycle * 1.000001 : 0,
      );
      expect(state.blend).toBeLessThanOrEqual(1);
    });
  });

  it('the next stage begins only from ready, and ready only after a full bake', () => {
    forEveryStep((before, given, { state, last }) => {
      if (state.stage > before.stage)
        expect([before.name, last.move, given.kind]).toEqual(['ready', 'advance', 'cycle']);
      if (last.move === 'advance' && before.name === 'baking') {
        const { minHours, minPeriods, blend } = rules.stages[before.stage]!;
        expect(state.bakedSec).toBeGreaterThanOrEqual(minHours * 3600);
        expect(state.bakedPeriods).toBeGreaterThanOrEqual(minPeriods);
        expect(state.blend).toBe(blend);
      }
    });
  });

  it('kill, rollback, reduce_only and hold work from everywhere, twice as once', () => {
    const severity = ['hold', 'reduce_only', 'rollback', 'kill'] as const;
    const states = { hold: 'holding', reduce_only: 'reduce_only', rollback: 'rolled_back', kill: 'killed' } as const;
    fc.assert(
      fc.property(begin, path, fc.constantFrom(...severity), fc.boolean(), (walk, steps, kind, byGuard) => {
        for (const step of steps) taken(walk, step);
        const before = walk.state;
        const demanded = () => (byGuard ? walk.cycle({ demand: kind, isClean: false }) : walk.take({ kind }));
        const after1 = demanded().state;
        expect(walk.last.refused).toBeUndefined();
        const absorbs = ['killed', 'rolled_back', 'off', 'reduce_only'];
        const stays = kind === 'kill' ? [] : kind === 'rollback' ? ['killed'] : absorbs;
        if (stays.includes(before.name)) expect(after1.name).toBe(before.name);
        else if (!(byGuard && kind === 'hold' && after1.name === 'off')) expect(after1.name).toBe(states[kind]);
        if (kind === 'rollback' || kind === 'kill') {
          const again = demanded().state;
          expect({ ...again, cycleSec: 0 }).toEqual({ ...after1, cycleSec: 0 });
          expect(after1.blend).toBe(0);
          if (before.name !== after1.name) expect(after1.epoch).not.toBe(before.epoch);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('killed is left by a person alone, and leads to off', () => {
    forEveryStep((before, given, { state }) => {
      if (before.name !== 'killed' || state.name === 'killed') return;
      expect([given.kind, state.name, state.plan]).toEqual(['clear', 'off', '']);
    });
  });

  it('rolled_back, reduce_only and off are left upwards by a person alone', () => {
    forEveryStep((before, given, { state }) => {
      if (isRunning(state) && !isRunning(before)) expect(['start', 'retry']).toContain(given.kind);
      if (before.name === 'reduce_only' && isRunning(state) && state.name !== 'reduce_only')
        expect(given.kind).toBe('retry');
    });
  });

  it('time counts as baked only between cycles at full blend: not holding, slewing or down', () => {
    forEveryStep((before, given, walk) => {
      const { state } = walk;
      const gained = state.bakedSec - before.bakedSec;
      if (gained <= 0) return;
      const isCycle = given.kind === 'cycle' && given.isClean;
      expect([before.name, isCycle, before.restarting]).toEqual(['baking', true, false]);
      expect(before.blend).toBe(rules.stages[before.stage]!.blend);
      expect(gained).toBeLessThanOrEqual(Math.min(3 * INTERVAL, walk.nowSec - before.sinceSec));
    });
  });

  it('a new epoch is set by start, rollback and kill alone', () => {
    forEveryStep((before, _given, { state, last }) => {
      if (state.epoch !== before.epoch) expect(['start', 'rollback', 'kill', 'clear']).toContain(last.move);
    });
  });

  it('the state stays one that Redis keeps to the bit', () => {
    forEveryStep((_before, _given, { state }) => {
      expect(parseRolloutState(encodeRolloutState(state))).toStrictEqual(state);
    });
  });

  it('every state and every move is reached', () => {
    const [names, moves] = [new Set<string>(), new Set<string | undefined>()];
    forEveryStep((_before, _given, { state, last }) => {
      names.add(state.name);
      moves.add(last.move);
    }, { numRuns: 1000, seed: 1 });
    expect([names.size, [...moves].sort()]).toEqual([8, expect.arrayContaining(['advance', 'clear', 'hold', 'kill', 'reduce_only', 'restart', 'resume', 'retry', 'revoke', 'rollback', 'slew', 'start', 'step_down', 'takeover'])]);
  }); // prettier-ignore
});
