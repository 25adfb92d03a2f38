import { describe, expect, it } from '@jest/globals';
import { uniform } from '@quantum/generators';
import { DEMANDS, type Evaluation } from '@quantum/rollout-guards';
import fc from 'fast-check';
import { examplePlan } from './example.test-support.js';
import { cohortOf, decideCycle, PUBLISHING, type CycleInput, type Multipliers, type RolloutState } from './index.js';
import { baking, IN_STATE, NOW, rules } from './state/walk.test-support.js';

const plan = examplePlan();
const clean: Evaluation = {
  results: [],
  demand: 'none',
  isClean: true,
  toBase: new Set(),
  mayRenew: true,
  memories: {},
};
const symbols = new Map([
  ['BTCUSDT', { proposed: 0.8, before: 0.96, blend: 0.45 }],
  ['ETHUSDT', { proposed: 1.3, before: 1, blend: 0.45 }],
  ['SOLUSDT', { proposed: undefined, before: 0.9, blend: 0.45 }],
  ['XRPUSDT', { proposed: 0.5, before: 1, blend: 0 }],
]);
const facts = {
  nowSec: NOW + 10, epoch: 8, hasLapsed: false, policy: 'policy-1', closedPeriods: 0, shown: { non_inferior: true, superior: true },
  approvedSec: NOW, isNextApproved: true,
}; // prettier-ignore
const decide = (state: RolloutState, evaluation: Partial<Evaluation> = {}, changes: Partial<CycleInput> = {}) =>
  decideCycle({
    state,
    plan,
    rules,
    facts,
    excluded: new Set(),
    symbols,
    judge: () => ({ ...clean, ...evaluation }),
    ...changes,
  });
const published = (decision: ReturnType<typeof decide>) =>
  Object.fromEntries(
    [...decision.multipliers].map(([symbol, { multiplier }]) => [symbol, Number(multiplier.toFixed(9))]),
  );
const half = (changes: Partial<RolloutState> = {}) => baking({ stage: 1, blend: 0.45, ...changes }).state;

describe('a cycle', () => {
  it('shows the guards what it would publish, and under which state', () => {
    const seen: unknown[] = [];
    const judge: CycleInput['judge'] = (candidates, state) => {
      seen.push([...candidates.keys()], candidates.get('BTCUSDT')?.multiplier, state.blend, state.stage);
      return clean;
    };
    const { step, multipliers } = decide(half(), {}, { judge });
    expect(seen).toEqual([['BTCUSDT', 'ETHUSDT', 'SOLUSDT'], 1 + 0.5 * (0.8 - 1), 0.5, 1]);
    expect(multipliers.get('BTCUSDT')).toMatchObject({ multiplier: 1 + 0.5 * (0.8 - 1), blend: 0.5, reason: 'stage' });
    expect(step).toMatchObject({ move: 'slew', state: { blend: 0.5 } });
  });

  it('publishes the cohort of its stage: known symbols, down only, without those that are excluded', () => {
    expect(published(decide(half()))).toEqual({ BTCUSDT: 0.9, ETHUSDT: 1, SOLUSDT: 0.9 });
    expect(published(decide(half(), {}, { excluded: new Set(['BTCUSDT']) }))).toEqual({ ETHUSDT: 1, SOLUSDT: 0.9 });
    const full = { symbols: new Map([...symbols].map(([symbol, known]) => [symbol, { ...known, blend: 1 }])) };
    expect(published(decide(half({ stage: 2, blend: 1 }), {}, full))).toEqual({
      BTCUSDT: 0.8,
      ETHUSDT: 1.3,
      SOLUSDT: 0.9,
    });
    expect(published(decide(baking().state, {}, { symbols: new Map() }))).toEqual({});
  });

  it('brings a symbol that enters the cohort to the blend step by step, not beyond that of the stage', () => {
    const entering = new Map([['ETHUSDT', { proposed: 0.5, before: 1, blend: 0 }]]);
    const blends = (state: RolloutState, evaluation: Partial<Evaluation> = {}) =>
      [...decide(state, evaluation, { symbols: entering }).multipliers.values()].map(({ blend }) => blend);
    expect(blends(half())).toEqual([0.05]);
    entering.set('ETHUSDT', { proposed: 0.5, before: 0.73, blend: 0.48 });
    expect(blends(half({ blend: 0.5 }))).toEqual([0.5]);
    expect(blends(half({ blend: 1 }))).toEqual([0.5]); // the state slews down to the blend of the stage
    entering.set('ETHUSDT', { proposed: 0.5, before: 0.65, blend: 0.7 });
    expect(blends(half({ blend: 1 }))).toEqual([0.7]); // it has more already: it goes down with the state
    entering.set('ETHUSDT', { proposed: 0.5, before: 0.9, blend: 0.2 });
    expect(blends(half({ blend: 0.5, restarting: true }))).toEqual([0.2]);
    expect(blends(half({ name: 'holding', holdCause: 'command', sinceSec: NOW }))).toEqual([0.2]);
    expect(blends(half(), { isClean: false })).toEqual([0.2]);
    expect(blends(half({ name: 'reduce_only' }))).toEqual([0.2]);
    const unknown = new Map([['ETHUSDT', { proposed: undefined, before: 0.9, blend: 0.2 }]]);
    expect(decide(half(), {}, { symbols: unknown }).multipliers.get('ETHUSDT')).toMatchObject({ multiplier: 0.9, blend: 0.2 }); // prettier-ignore
  });

  it('publishes nothing in a stage that the plan does not have', () => {
    expect(published(decide(baking({ stage: 9 }).state))).toEqual({});
  });

  it('publishes no symbol that goes to its base', () => {
    expect(published(decide(half(), { toBase: new Set(['BTCUSDT', 'SOLUSDT']) }))).toEqual({ ETHUSDT: 1 });
  });

  it('moves as the guards demand, and raises nothing then', () => {
    const held = decide(half(), { demand: 'hold', isClean: false });
    expect(held.step).toMatchObject({ move: 'hold', state: { name: 'holding', blend: 0.45 } });
    expect(published(held)).toEqual({ BTCUSDT: 0.96, ETHUSDT: 1, SOLUSDT: 0.9 });
    const back = decide(half(), { demand: 'rollback', isClean: false });
    expect([back.step.state.name, published(back)]).toEqual(['rolled_back', {}]);
  });

  it('publishes no symbol that the guards were not asked about', () => {
    const stages = plan.stages.map((stage, i) => (i === 1 ? { ...stage, cohorts: ['majors'] } : stage));
    const judged = new Set<string>();
    const judge: CycleInput['judge'] = (candidates) => {
      for (const symbol of candidates.keys()) judged.add(symbol);
      return { ...clean, isClean: false }; // as where the base of a symbol of the next stage is unknown
    };
    const ready = baking({ name: 'ready', bakedSec: 86_400 }).state;
    const { step, multipliers } = decide(ready, {}, { plan: { ...plan, stages }, judge });
    expect(step.state).toMatchObject({ name: 'ready', stage: 0 });
    expect([...multipliers.keys()].filter((symbol) => !judged.has(symbol))).toEqual([]);
  });

  it('withdraws what leaves its bounds in the stage that is kept, not in the next', () => {
    const ready = baking({ name: 'ready', bakedSec: 86_400 }).state;
    const judge: CycleInput['judge'] = (_candidates, { stage }) => ({ ...clean, isClean: false, toBase: new Set(stage === 0 ? ['BTCUSDT'] : ['ETHUSDT', 'SOLUSDT']) }); // prettier-ignore
    const all = [...decide(ready, {}, { judge: () => ({ ...clean, isClean: false }) }).multipliers.keys()];
    expect([...decide(ready, {}, { judge }).multipliers.keys()]).toEqual(all.filter((symbol) => symbol !== 'BTCUSDT'));
  });

  it('does not judge the way to 1 that reduce_only leads to', () => {
    const ready = baking({ name: 'ready', bakedSec: 86_400 }).state;
    const judge: CycleInput['judge'] = (_candidates, { name }) => ({ ...clean, isClean: false, demand: name === 'reduce_only' ? 'rollback' : 'reduce_only' }); // prettier-ignore
    expect(decide(ready, {}, { judge }).step.state.name).toBe('reduce_only');
  });

  it('shows the guards where a symbol goes: not beyond the blend of the stage that the state comes down to', () => {
    const seen: unknown[] = [];
    const judge: CycleInput['judge'] = (candidates) => {
      seen.push(candidates.get('ETHUSDT')?.atStateBlend);
      return clean;
    };
    const entering = new Map([['ETHUSDT', { proposed: 0.4, before: 1, blend: 0 }]]);
    decide(half({ blend: 1 }), {}, { judge, symbols: entering });
    expect(seen).toEqual([1 + 0.5 * (0.4 - 1)]);
  });

  it('moves no multiplier away from 1 on the way to blend 0, by proposals of a policy without evidence', () => {
    const known = new Map([['BTCUSDT', { proposed: 0.5, before: 0.96, blend: 0.45 }]]);
    const { multipliers } = decide(half({ stage: 0, restarting: true }), {}, { symbols: known });
    expect(multipliers.get('BTCUSDT')?.multiplier).toBeGreaterThanOrEqual(0.96);
  });

  it('publishes nothing where nothing may be renewed', () => {
    const { step, multipliers } = decide(half(), { mayRenew: false, isClean: false });
    expect([step.state.name, multipliers.size]).toEqual(['baking', 0]);
  });

  it('publishes either what the guards found clean, or what lies between the last multiplier and 1', () => {
    const state = fc.constantFrom(...Object.values(IN_STATE)).map((walk) => walk().state);
    const names = [...cohortOf(plan, 2), 'XRPUSDT'];
    const known = fc.record({
      proposed: fc.option(uniform(0, 3), { nil: undefined }),
      before: uniform(0, 2),
      blend: uniform(0, 1),
    });
    const found = fc.record({
      demand: fc.constantFrom('none' as const, ...DEMANDS),
      isClean: fc.boolean(),
      mayRenew: fc.boolean(),
      toBase: fc.subarray(names).map((each) => new Set(each)),
    });
    fc.assert(
      fc.property(
        state,
        fc.dictionary(fc.constantFrom(...names), known),
        found,
        (from, given, { isClean, ...rest }) => {
          const evaluation = { ...rest, isClean: isClean && rest.demand === 'none' };
          let candidates: Multipliers = new Map();
          const decision = decide(
            from,
            {},
            {
              symbols: new Map(Object.entries(given)),
              judge: (each) => {
                candidates = each;
                return { ...clean, ...evaluation };
              },
            },
          );
          const { state: to } = decision.step;
          if (!PUBLISHING.has(to.name) || !evaluation.mayRenew) expect(decision.multipliers.size).toBe(0);
          for (const [symbol, { multiplier }] of decision.multipliers) {
            const { before } = given[symbol]!;
            expect(evaluation.toBase.has(symbol)).toBe(false);
            expect(cohortOf(plan, to.stage).has(symbol)).toBe(true);
            if (evaluation.isClean) expect(candidates.get(symbol)?.multiplier).toBe(multiplier);
            else expect(multiplier >= Math.min(before, 1) && multiplier <= Math.max(before, 1)).toBe(true);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
