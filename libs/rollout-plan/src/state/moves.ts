import { nextBlend } from './blend.js';
import { isApproved, isAtFullBlend } from './clocks.js';
import type { CycleEvent, PlanRules } from './event.js';
import type { RolloutState } from './state.js';
import type { Move } from './table.js';

const HOUR_SEC = 3600;
/** After these fresh cycles a hold ends by itself. */
const FRESH_CYCLES = 10;
/** The test for harm begins anew after this time of `done`. */
const HARM_SEC = 30 * 86_400;

/**
 * A move of a cycle and what it needs where the table has it, in the order of `MOVES`. The clocks are those of this
 * cycle.
 */
export const cycleMoves: readonly (readonly [
  Move,
  (state: RolloutState, cycle: CycleEvent, rules: PlanRules) => boolean,
])[] = [
  ['kill', (_state, { demand }) => demand === 'kill'],
  ['rollback', (_state, { demand }) => demand === 'rollback'],
  ['reduce_only', (_state, { demand }) => demand === 'reduce_only'],
  // A hold that goes on must let the stage go down, and so is no move of its own. `reduce_only` absorbs one of a guard.
  ['hold', ({ name }, { demand }) => demand === 'hold' && name !== 'holding' && name !== 'reduce_only'],
  ['revoke', (state, cycle, rules) => state.name !== 'holding' && !isApproved(state, cycle, rules)],
  ['restart', ({ policy }, cycle) => cycle.policy !== undefined && cycle.policy !== policy],
  ['step_down', ({ sinceSec }, { nowSec }, { maxHoldSec }) => nowSec - sinceSec > maxHoldSec],
  ['slew', maySlew],
  ['advance', mayAdvance],
  ['harm_anew', ({ harmSec }, { nowSec }) => nowSec - harmSec > HARM_SEC],
  ['resume', ({ freshCycles }) => freshCycles >= FRESH_CYCLES],
];

/** A way to blend 0 also ends where the blend is 0 because the keys have lapsed. */
function maySlew(state: RolloutState, { isClean }: CycleEvent, rules: PlanRules): boolean {
  return nextBlend(state, rules, isClean) !== state.blend || (state.restarting && state.blend === 0);
}

function mayAdvance(state: RolloutState, cycle: CycleEvent, rules: PlanRules): boolean {
  const stage = rules.stages[state.stage];
  if (!cycle.isClean || !isAtFullBlend(state, rules) || stage === undefined) return false;
  const { minHours, minPeriods, require } = stage;
  const isBaked = state.bakedSec >= minHours * HOUR_SEC && state.bakedPeriods >= minPeriods;
  if (!isBaked || (require !== 'none' && cycle.shown[require] !== true)) return false;
  return state.name === 'baking' || cycle.isNextApproved;
}
