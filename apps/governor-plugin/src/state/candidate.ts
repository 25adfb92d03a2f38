import { exceedsPosition, freshPosition, notionalOf, type GateLimits } from '@quantum/risk-gates';
import { entryIdMs, type Allocation, type PortfolioBudget, type Position, type Read } from '@quantum/redis-schemas';
import type { HashValues } from '@quantum/permit-decorators';
import type { PlanEntry } from '../intake/plan-entry.js';

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
  budget: Read<PortfolioBudget>;
  violationSec: Read<number | undefined>;
  allocation: Read<Allocation>;
  position: Read<Position>;
  /** Answers to each decorator's reads, in the order of the decorators; an error where it could not say what to read. */
  decorations: readonly (readonly HashValues[] | Error)[];
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
