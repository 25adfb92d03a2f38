import type { HashValues } from '@quantum/permit-decorators';
import {
  entryIdMs,
  type Allocation,
  type PortfolioBudget,
  type Plan,
  type Position,
  type Read,
} from '@quantum/redis-schemas';
import {
  exceedsPosition,
  freshPosition,
  notionalOf,
  type ExecWindow,
  type GateFields,
  type GateInput,
  type GateLimits,
} from '@quantum/risk-gates';
import { gateFieldsOf } from './gate-fields.js';

/** What was read for a plan before its windows: the symbol's state and the decorators' own reads. */
export interface PlanState {
  /**
   * Until when a grant may rest on this state, unix milliseconds of the server that holds the plan's symbol or its
   * record.
   */
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
  /**
   * Answers to each decorator's reads, in the order of the decorators; an error where it could not say what to read.
   */
  decorations: readonly (readonly HashValues[] | Error)[];
}

/** What the symbol's windows said when the plan asked for its reservation. */
export interface WindowState {
  window: Read<ExecWindow>;
  dayNotionalUsd: Read<number>;
  /** Undefined where no target binds, or where it could not be read. */
  inFlightUsd: number | undefined;
}

/** A plan on its way to a decision, with the stream entry that brought it. */
export interface Candidate<Entry extends { id: string } = { id: string }> {
  entry: Entry;
  plan: Plan;
  /** What the gates read of the plan's entry by declaration. */
  fields: GateFields;
  /** Time of the stream id, unix seconds. */
  submittedSec: number;
  state: PlanState;
  /** USD; undefined where quantity or price is unknown. */
  notionalUsd: number | undefined;
  /** Whether the plan counts as one that reduces risk: it says so, and is not larger than the known position. */
  closing: boolean;
}

/** A plan with what was read for it, at the time of its decision. */
export function candidateOf<Entry extends { id: string }>(
  { entry, plan }: Pick<Candidate<Entry>, 'entry' | 'plan'>,
  state: PlanState,
  nowSec: number,
  { maxFutureSec }: Pick<GateLimits, 'maxFutureSec'>,
): Candidate<Entry> {
  const position = freshPosition(state.position, nowSec, maxFutureSec);
  return {
    entry,
    plan,
    fields: gateFieldsOf(plan.fields),
    submittedSec: entryIdMs(entry.id) / 1000,
    state,
    notionalUsd: notionalOf(plan, position),
    closing: plan.closing && !exceedsPosition(plan, position),
  };
}

/** What the gates are given of a plan. */
export function gateInput(
  { plan, fields, submittedSec, state, notionalUsd, closing }: Candidate,
  nowSec: number,
  windows: WindowState,
): GateInput {
  const { serverSec, killSwitchOn, disarmed, budget, violationSec, allocation, position } = state;
  const { priceUsd, timestampSec, side } = plan;
  return {
    nowSec, submittedSec, serverSec, timestampSec, closing, priceUsd, notionalUsd, side,
    killSwitchOn, disarmed, budget, violationSec, allocation, position,
    ...fields, ...windows,
  }; // prettier-ignore
}

/** The windows as far as they are known before asking for a reservation: only the time that other governors left. */
export const knownWindows = ({ state: { lastExecSec } }: Candidate): WindowState => ({
  window: {
    readable: true,
    value: { lastExecSec: lastExecSec.readable ? lastExecSec.value : 'unreadable', hourCount: 0, burstCount: 0 },
  },
  dayNotionalUsd: { readable: true, value: 0 },
  inFlightUsd: undefined,
});
