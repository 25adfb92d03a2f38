import { describe, expect, it } from '@jest/globals';
import { uniform } from '@quantum/generators';
import { DEMANDS, type Evaluation } from '@quantum/rollout-guards';
import fc from 'fast-check';
import { examplePlan } from './example.test-support.js';
import { decideCycle, type CycleDecision, type CycleSymbol, type Multipliers, type RolloutState } from './index.js';
import { IN_STATE, INTERVAL, NOW, rules } from './state/walk.test-support.js';

const example = examplePlan();
const symbols = Object.values(example.cohorts).flat();
const cohorts = fc.subarray(Object.keys(example.cohorts), { minLength: 1 });
/** A plan whose stages have any cohorts. */
const plan = fc.tuple(cohorts, cohorts, cohorts).map((each) => ({
  ...example,
  stages: example.stages.map((stage, i) => ({ ...stage, cohorts: each[i]! })),
}));
const begin = fc.record({
  name: fc.constantFrom('baking', 'ready', 'holding', 'reduce_only', 'done'),
  stage: fc.nat(2),
  blend: uniform(0, 1),
  restarting: fc.boolean(),
  bakedSec: fc.constantFrom(0, 1e6),
  bakedPeriods: fc.constant(1e6),
});
const proposals = fc.tuple(...symbols.map((symbol) => uniform(0, 3).map((proposed): [string, number] => [symbol, proposed]))); // prettier-ignore
const found = fc.record({
  demand: fc.oneof({ weight: 30, arbitrary: fc.constant('none' as const) }, fc.constantFrom(...DEMANDS)),
  isClean: fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, fc.constant(false)),
  toBase: fc
    .oneof({ weight: 5, arbitrary: fc.constant([]) }, fc.subarray(symbols))
    .map((each) => new Set<string>(each)),
});
const policy = fc.oneof({ weight: 30, arbitrary: fc.constant('policy-1') }, fc.constant('policy-2'));
const path = fc.array(fc.record({ found: fc.tuple(found, found), policy }), { minLength: 1, maxLength: 40 });

/** Of paths on which the guards are asked once and twice. */
const SEED = 1;

interface Cycle {
  before: RolloutState;
  decision: CycleDecision;
  /** What the guards were asked about, in their order. */
  asked: readonly { candidates: Multipliers; state: RolloutState }[];
}

/**
 * Hands every cycle of any path to the check that is made for it. Proposals stay as they are. A seed: the same paths
 * each time.
 */
function forEveryCycle(checkOf: () => (cycle: Cycle) => void, seed?: number): void {
  fc.assert(
    fc.property(plan, begin, proposals, path, (given, changes, proposed, cycles) => {
      const check = checkOf();
      let state: RolloutState = { ...IN_STATE.baking().state, ...changes };
      let known = new Map(proposed.map(([symbol, each]): [string, CycleSymbol] => [symbol, { proposed: each, before: 1, blend: 0 }])); // prettier-ignore
      cycles.forEach((cycle, i) => {
        const asked: Cycle['asked'][number][] = [];
        const judge = (candidates: Multipliers, to: RolloutState): Evaluation => {
          const { demand, isClean, toBase } = cycle.found[asked.length] ?? cycle.found[0];
          asked.push({ candidates, state: to });
          return { results: [], demand, isClean: isClean && demand === 'none', toBase, mayRenew: true, memories: {} };
        };
        const facts = {
          nowSec: NOW + (i + 1) * INTERVAL, epoch: state.epoch, hasLapsed: false, policy: cycle.policy, closedPeriods: 0,
          shown: { non_inferior: true, superior: true }, approvedSec: NOW, isNextApproved: true,
        }; // prettier-ignore
        const decision = decideCycle({ state, plan: given, rules, facts, excluded: new Set(), symbols: known, judge });
        check({ before: state, decision, asked });
        state = decision.step.state;
        known = new Map(
          [...known].map(([symbol, each]) => {
            const { multiplier = 1, blend = 0 } = decision.multipliers.get(symbol) ?? {};
            return [symbol, { ...each, before: multiplier, blend }];
          }),
        );
      });
    }),
    { numRuns: 300, ...(seed !== undefined && { seed }) },
  );
}

/** Whether a multiplier is on the way from 1 to another one, up to what a double loses. */
const isBetween = (multiplier: number, goal: number): boolean =>
  multiplier >= Math.min(1, goal) - 1e-9 && multiplier <= Math.max(1, goal) + 1e-9;

describe('over all paths of cycles', () => {
  it('no symbol gets beyond what the guards judged when they saw it first', () => {
    forEveryCycle(() => {
      const first = new Map<string, number>();
      return ({ before, decision, asked }) => {
        const { state } = decision.step;
        // Where the state moves to another blend, the guards judge anew.
        if (['name', 'stage', 'restarting'].some((each) => before[each as 'name'] !== state[each as 'name'])) first.clear(); // prettier-ignore
        for (const [symbol, { multiplier }] of decision.multipliers) {
          const goal = first.get(symbol) ?? asked.at(-1)?.candidates.get(symbol)?.atStateBlend ?? 1;
          if (decision.evaluation.isClean) first.set(symbol, goal);
          if (first.has(symbol)) expect([multiplier, goal, isBetween(multiplier, goal)]).toEqual([multiplier, goal, true]); // prettier-ignore
        }
      };
    });
  });

  it('no symbol is published that the guards were not asked about, at its stage', () => {
    forEveryCycle(() => ({ decision: { step, multipliers, evaluation }, asked }) => {
      const judged = new Set(asked.flatMap(({ candidates, state }) => (state.stage === step.state.stage ? [...candidates.keys()] : []))); // prettier-ignore
      for (const symbol of multipliers.keys()) {
        expect(judged).toContain(symbol);
        expect(evaluation.toBase).not.toContain(symbol);
      }
    });
  });

  it('the guards are asked once, and again about the stage that stays where they do not let it change', () => {
    const counts = new Set<number>();
    forEveryCycle(
      () =>
        ({ decision: { step }, asked }) => {
          counts.add(asked.length);
          if (asked.length > 1) expect(asked[1]?.state.stage).toBe(step.state.stage);
        },
      SEED,
    );
    expect([...counts].sort()).toEqual([1, 2]);
  });
});
