import type { PlanRules } from './event.js';
import type { RolloutState } from './state.js';

/** The blend that a state moves to: frozen in a hold, except down to its stage's. */
export function targetBlend({ name, stage, blend, restarting }: RolloutState, { stages }: PlanRules): number {
  if (restarting) return 0;
  const ofStage = stages[stage]?.blend ?? 0;
  return name === 'holding' ? Math.min(blend, ofStage) : ofStage;
}

/** A rest of this share of a step is none: sums of steps differ from their target in the last digits. */
const TOLERANCE = 1e-9;

/** The blend after a cycle: at most `slewPerCycle` nearer to its target, and up only after a clean evaluation. */
export function nextBlend(state: RolloutState, rules: PlanRules, isClean: boolean): number {
  const target = targetBlend(state, rules);
  const distance = target - state.blend;
  if (distance > 0 && !isClean) return state.blend;
  if (Math.abs(distance) <= rules.slewPerCycle * (1 + TOLERANCE)) return target;
  return state.blend + Math.sign(distance) * rules.slewPerCycle;
}
