import type { StreamEntry } from '@quantum/redis-io';
import { entryIdMs, type Allocation, type Budget, type Plan, type Position, type Read } from '@quantum/redis-schemas';
import type { HashValues } from '@quantum/permit-decorators';

/** What was read for a plan before its windows: the symbol's state and the decorators' own reads. */
export interface PlanState {
  /** Until when a grant may rest on this state, unix milliseconds of the server that holds the plan's symbol or its record. */
  deadlineMs: { symbol: number; record: number };
  killSwitchOn: Read<boolean>;
  disarmed: Read<boolean>;
  /** Unix seconds; `unreadable` also where the text is no number. */
  lastExecSec: Read<number | undefined>;
  budget: Read<Budget>;
  violationSec: Read<number | undefined>;
  allocation: Read<Allocation>;
  position: Read<Position>;
  /** Answers to each decorator's reads, in the order of the decorators; an error where it could not say what to read. */
  decorations: readonly (readonly HashValues[] | Error)[];
}

/** A plan and the stream entry that brought it. */
export interface PlanEntry {
  entry: StreamEntry;
  plan: Plan;
}

/** A plan on its way to a decision. */
export interface Candidate extends PlanEntry {
  /** Time of the stream id, unix seconds. */
  submittedSec: number;
  /** Whether the plan counts as one that reduces risk. */
  closing: boolean;
  state: PlanState;
  /** USD; undefined where quantity or price is unknown. */
  notionalUsd: number | undefined;
}

/**
 * Notional of a plan in USD: quantity times its price, else the position's mark price. A price of 0 is no price. Beyond
 * the range of a double it is the largest double.
 */
export function notionalOf(plan: Plan, position: Read<Position>): number | undefined {
  if (plan.qty === undefined) return undefined;
  if (plan.qty === 0) return 0;
  const markPriceUsd = position.readable ? position.value.markPriceUsd : undefined;
  const priceUsd = plan.priceUsd === undefined || plan.priceUsd === 0 ? markPriceUsd : plan.priceUsd;
  return priceUsd === undefined ? undefined : Math.min(plan.qty * priceUsd, Number.MAX_VALUE);
}

export const candidateOf = (entry: StreamEntry, plan: Plan, state: PlanState): Candidate => ({
  entry,
  plan,
  submittedSec: entryIdMs(entry.id) / 1000,
  closing: plan.closing,
  state,
  notionalUsd: notionalOf(plan, state.position),
});
