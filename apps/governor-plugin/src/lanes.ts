import type { PlanEntry } from './candidate.js';

/** Plans of a lane, about: a batch of 200 is four lanes. */
export const LANE_PLANS = 50;

/**
 * A batch in turns, no plan id twice in one: a second entry is looked up when the first is recorded. Side by side, both
 * would ask for a place, and where their symbols differ, a plan between them could be refused for a place that no one gets.
 */
export function distinctPlans(plans: readonly PlanEntry[]): PlanEntry[][] {
  const turns: PlanEntry[][] = [];
  const seen = new Map<string, number>();
  for (const entry of plans) {
    const turn = seen.get(entry.plan.planId) ?? 0;
    seen.set(entry.plan.planId, turn + 1);
    (turns[turn] ??= []).push(entry);
  }
  return turns;
}

/**
 * A turn in lanes that can be served side by side: all plans of a symbol are in one, in their order, so that they take
 * their places in it. While Redis works for one lane, this process does for another.
 */
export function lanesOf(plans: readonly PlanEntry[], lanePlans: number): PlanEntry[][] {
  const lanes: PlanEntry[][] = [];
  const laneOf = new Map<string, PlanEntry[]>();
  let open: PlanEntry[] | undefined;
  for (const entry of plans) {
    let lane = laneOf.get(entry.plan.symbol);
    if (!lane) {
      if (!open || open.length >= lanePlans) lanes.push((open = []));
      lane = open;
      laneOf.set(entry.plan.symbol, lane);
    }
    lane.push(entry);
  }
  return lanes;
}
