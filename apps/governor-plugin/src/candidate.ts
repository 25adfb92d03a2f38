import type { StreamEntry } from '@quantum/redis-io';
import { freshPosition, type GateLimits } from '@quantum/risk-gates';
import { entryIdMs, type Allocation, type Budget, type Plan, type Position, type Read } from '@quantum/redis-schemas';
import type { HashValues } from '@quantum/permit-decorators';

/** What was read for a plan before its windows: the symbol's state and the decorators' own reads. */
export interface PlanState {
  /** Until when a grant may rest on this state, unix milliseconds of the server that holds the plan's symbol or its record. */
  deadlineMs: { symbol: number; record: number };
  /** Redis' clock, unix seconds. */
  serverSec: number;
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
  state: PlanState;
  /** USD; undefined where quantity or price is unknown. */
  notionalUsd: number | undefined;
  /** Whether the plan counts as one that reduces risk: it says so, and is not larger than the known position. */
  closing: boolean;
}

/**
 * Notional of a plan in USD: what it states, else quantity times its price, else times the mark price. Undefined where one of
 * these is unknown or the stated one is not readable. Beyond the range of a double it is the largest double.
 */
export function notionalOf(plan: Plan, position: Position | undefined): number | undefined {
  const { statedNotionalUsd: stated, qty, priceUsd = position?.markPriceUsd } = plan;
  if (stated !== undefined) return stated === 'unreadable' ? undefined : stated;
  if (qty === undefined) return undefined;
  if (qty === 0) return 0;
  return priceUsd === undefined ? undefined : Math.min(qty * priceUsd, Number.MAX_VALUE);
}

/** Sizes that differ by less are the same: publishers compute them in doubles. */
const RELATIVE_TOLERANCE = 1e-9;

/**
 * Whether a plan that closes only by its action is larger than the position, and so would open one the other way round.
 * False where the position is not known: what is not known must not stop an exit.
 */
export function exceedsPosition({ closesByActionOnly, qty = 0 }: Plan, position: Position | undefined): boolean {
  const amount = position?.amount;
  return closesByActionOnly && amount !== undefined && qty > Math.abs(amount) * (1 + RELATIVE_TOLERANCE);
}

/** A plan with what was read for it, at the time of its decision. */
export function candidateOf(
  { entry, plan }: PlanEntry,
  state: PlanState,
  nowSec: number,
  { maxFutureSec }: Pick<GateLimits, 'maxFutureSec'>,
): Candidate {
  const position = freshPosition(state.position, nowSec, maxFutureSec);
  return {
    entry,
    plan,
    submittedSec: entryIdMs(entry.id) / 1000,
    state,
    notionalUsd: notionalOf(plan, position),
    closing: plan.closing && !exceedsPosition(plan, position),
  };
}
