import { targetBlend } from './blend.js';
import type { CycleEvent, PlanRules } from './event.js';
import type { RolloutState } from './state.js';

const DAY_SEC = 86_400;
/** A longer time between two cycles is downtime. */
const MAX_INTERVALS = 3;

/** Whether the approvals of the stage are there; in `done`, and in a hold for them, also recent enough. */
export function isApproved(
  { name, holdCause }: RolloutState,
  { nowSec, approvedSec }: CycleEvent,
  { approvalDays }: PlanRules,
): boolean {
  if (approvedSec === undefined) return false;
  const expires = name === 'done' || (name === 'holding' && holdCause === 'approval');
  return !expires || nowSec - approvedSec <= approvalDays * DAY_SEC;
}

/**
 * The state with its clocks moved to this cycle. Only time at the stage's full blend counts as baked, up to a clean
 * cycle and without a gap: not time that was spent slewing, holding or down.
 */
export function withClocks(state: RolloutState, cycle: CycleEvent, rules: PlanRules): RolloutState {
  const elapsedSec = cycle.nowSec - Math.max(state.cycleSec, state.sinceSec);
  const isGap = !(elapsedSec > 0 && elapsedSec <= MAX_INTERVALS * rules.intervalSec);
  const next = { ...state, cycleSec: cycle.nowSec, blend: cycle.hasLapsed ? 0 : state.blend };
  if (state.name === 'baking' && cycle.isClean && !isGap && isAtFullBlend(next, rules)) {
    return {
      ...next,
      bakedSec: state.bakedSec + elapsedSec,
      bakedPeriods:
        state.bakedPeriods + (Number.isSafeInteger(cycle.closedPeriods) ? Math.max(0, cycle.closedPeriods) : 0),
    };
  }
  if (state.name !== 'holding') return next;
  const isFresh = cycle.isClean && !isGap && state.holdCause !== 'command' && isApproved(state, cycle, rules);
  return { ...next, freshCycles: isFresh ? state.freshCycles + 1 : 0 };
}

/** Whether the stage's own blend is in force. */
export const isAtFullBlend = (state: RolloutState, rules: PlanRules): boolean =>
  !state.restarting && state.blend === targetBlend(state, rules);
