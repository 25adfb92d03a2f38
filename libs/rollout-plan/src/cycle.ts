import { moreSevere, type Evaluation } from '@quantum/rollout-guards';
import { cohortOf } from './plan/plan.js';
import type { RolloutPlan } from './plan/schema.js';
import type { CycleEvent, PlanRules } from './state/event.js';
import { goalBlend, symbolBlend } from './state/blend.js';
import { isProposalKnown, nextMultiplier, PUBLISHING, type SymbolMultiplier } from './state/multiplier.js';
import { next, type Step } from './state/next.js';
import type { RolloutState } from './state/state.js';

/** What a cycle knows of a symbol. */
export interface CycleSymbol {
  /** Its proposal's multiplier as last read; undefined: none is known. */
  proposed: number | undefined;
  /** The multiplier that is in effect, >= 0; 1 where none is. */
  before: number;
  /** The blend that it was computed from, 0..1; 0 where none is. */
  blend: number;
}

export type Multipliers = ReadonlyMap<string, SymbolMultiplier>;

export interface CycleInput {
  state: RolloutState;
  plan: RolloutPlan;
  rules: PlanRules;
  /** The facts of the cycle, without what guards find. */
  facts: Omit<CycleEvent, 'kind' | 'demand' | 'isClean'>;
  /** Symbols that an operator has excluded since the plan was approved. */
  excluded: ReadonlySet<string>;
  symbols: ReadonlyMap<string, CycleSymbol>;
  /** Asks the guards about what would be published, and under which state. */
  judge: (candidates: Multipliers, state: RolloutState) => Evaluation;
}

export interface CycleDecision {
  step: Step;
  evaluation: Evaluation;
  /** What to publish; empty where nothing may be renewed. */
  multipliers: Multipliers;
}

/**
 * Decides a cycle. The guards judge exactly what a clean cycle would publish: the state that it would lead to, and its
 * multipliers. If they find it clean, that is published. Otherwise the state moves as they demand, and each multiplier
 * stays between the last one and 1. Where that keeps another stage than they were asked about, they judge what it
 * publishes too.
 */
export function decideCycle(input: CycleInput): CycleDecision {
  const { state, rules, facts, judge } = input;
  const stepOf = ({ demand, isClean }: Pick<Evaluation, 'demand' | 'isClean'>): Step =>
    next(state, { kind: 'cycle', ...facts, demand, isClean }, rules);
  const hopeful = stepOf({ demand: 'none', isClean: true }).state;
  const first = judge(multipliersOf(input, hopeful, true), hopeful);
  const held = stepOf(first).state;
  const evaluation = isSeen(held, hopeful)
    ? first
    : stricterOf(first, judge(multipliersOf(input, held, false), held), held);
  const step = stepOf(evaluation);
  const all = evaluation.mayRenew ? multipliersOf(input, step.state, evaluation.isClean) : [];
  return { step, evaluation, multipliers: new Map([...all].filter(([symbol]) => !evaluation.toBase.has(symbol))) };
}

/** Whether the guards have seen all symbols that a state publishes, where they were asked about the hopeful one. */
const isSeen = (held: RolloutState, hopeful: RolloutState): boolean =>
  !PUBLISHING.has(held.name) || (held.stage === hopeful.stage && PUBLISHING.has(hopeful.name));

/**
 * Of two evaluations the one that demands more, so that the state follows from the inputs of one alone; of the same
 * demands, the first. The second saw all that is published, so it alone sends symbols to their base. What `reduce_only`
 * lowers is no change of ours to judge.
 */
function stricterOf(first: Evaluation, second: Evaluation, held: RolloutState): Evaluation {
  const isSecond =
    held.name !== 'reduce_only' &&
    second.demand !== first.demand &&
    moreSevere(first.demand, second.demand) === second.demand;
  return {
    ...(isSecond ? second : first),
    toBase: second.toBase,
    mayRenew: first.mayRenew && second.mayRenew,
  };
}

function multipliersOf(
  { plan, rules, excluded, symbols }: CycleInput,
  state: RolloutState,
  isClean: boolean,
): Multipliers {
  const direction = plan.stages[state.stage]?.direction ?? 'down_only';
  return new Map(
    [...cohortOf(plan, state.stage, excluded)].flatMap((symbol) => {
      const known = symbols.get(symbol);
      if (!known) return [];
      const blend = symbolBlend(state, rules, known.blend, isClean && isProposalKnown(known.proposed));
      const goal = goalBlend(state, rules, blend);
      const found = nextMultiplier({ state, direction, ...known, blend, blendBefore: known.blend, goal, isClean });
      return found ? [[symbol, found]] : [];
    }),
  );
}
