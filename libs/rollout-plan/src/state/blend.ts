import type { PlanRules } from './event.js';
import type { RolloutState } from './state.js';

/** The blend that a state moves to: frozen in a hold, except down to its stage's. */
export function targetBlend({ name, stage, blend, restarting }: RolloutState, { stages }: PlanRules): number {
  if (restarting) return 0;
  const ofStage = stages[stage]?.blend ?? 0;
  return name === 'holding' ? Math.min(blend, ofStage) : ofStage;
}

const FROZEN: ReadonlySet<RolloutState['name']> = new Set(['holding', 'reduce_only']);

/**
 * The blend of a symbol after a cycle: the state's. One that has less, as it enters the cohort or comes back to it,
 * gets there by as many steps as the state would, not beyond the blend of the stage; in a hold, in `reduce_only`, and
 * where it may not rise, it stays. `before`: that of the multiplier in effect, 0 where none is. `mayRise`: its proposal
 * is known, and the evaluation clean.
 */
export function symbolBlend(state: RolloutState, rules: PlanRules, before: number, mayRise: boolean): number {
  if (before >= state.blend) return state.blend;
  const target = Math.min(state.blend, targetBlend(state, rules));
  if (!mayRise || FROZEN.has(state.name) || before >= target) return before;
  return stepped(before, target, rules);
}

/** The blend that a symbol goes to: its state's target, at least its own; where blends are frozen, its own. */
export const goalBlend = (state: RolloutState, rules: PlanRules, own: number): number =>
  FROZEN.has(state.name) ? own : Math.max(own, targetBlend(state, rules));

/** A rest of this share of a step is none: sums of steps differ from their target in the last digits. */
const TOLERANCE = 1e-9;

/** The blend after a cycle: at most `slewPerCycle` nearer to its target, and up only after a clean evaluation. */
export function nextBlend(state: RolloutState, rules: PlanRules, isClean: boolean): number {
  const target = targetBlend(state, rules);
  if (target > state.blend && !isClean) return state.blend;
  return stepped(state.blend, target, rules);
}

function stepped(blend: number, target: number, { slewPerCycle }: PlanRules): number {
  const distance = target - blend;
  if (Math.abs(distance) <= slewPerCycle * (1 + TOLERANCE)) return target;
  return blend + Math.sign(distance) * slewPerCycle;
}
