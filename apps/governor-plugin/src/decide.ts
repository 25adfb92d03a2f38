import type { Annotation } from '@quantum/permit-decorators';
import type { ApplyMode, DecisionRecord, Permit, Read } from '@quantum/redis-schemas';
import {
  ADVISORY_GATES,
  ENTRY_GATES,
  evaluateGates,
  joinOutcomes,
  WINDOW_GATES,
  type ExecWindow,
  type GateInput,
  type GateLimits,
  type GateModes,
  type GateOutcome,
} from '@quantum/risk-gates';
import type { Candidate, PlanEntry } from './candidate.js';
import { annotateAll, type Decorator } from './decorations.js';

/** Everything that a decision depends on besides the plan, its state and the time. */
export interface DecisionPolicy {
  limits: GateLimits;
  modes: GateModes;
  applyMode: ApplyMode;
  decorators: readonly Decorator[];
}

/** What the symbol's windows said when the plan asked for its place in them. */
export interface WindowState {
  window: Read<ExecWindow>;
  dayNotionalUsd: Read<number>;
}

function gateInput(
  { plan, submittedSec, state, notionalUsd }: Candidate,
  nowSec: number,
  windows: WindowState,
): GateInput {
  const { killSwitchOn, disarmed, budget, violationSec, allocation, position } = state;
  const { killScore, closing } = plan;
  return {
    nowSec, submittedSec, closing, killScore, notionalUsd,
    killSwitchOn, disarmed, budget, violationSec, allocation, position,
    ...windows,
  }; // prettier-ignore
}

/** The windows as far as they are known before asking for a place: only the time that other governors left. */
const knownWindows = ({ state: { lastExecSec } }: Candidate): WindowState => ({
  window: {
    readable: true,
    value: { lastExecSec: lastExecSec.readable ? lastExecSec.value : 'unreadable', hourCount: 0, burstCount: 0 },
  },
  dayNotionalUsd: { readable: true, value: 0 },
});

/** What can be said of a plan before its windows are read. */
export interface FirstLook {
  /** The gates before the windows. Their refusal ends it: the windows need not be asked. */
  entry: GateOutcome;
  /** Whether a place in the windows would be of use: false where a later gate refuses whatever the windows say. */
  wantsPlace: boolean;
}

/** Asks the gates that need no windows. */
export function firstLook(candidate: Candidate, nowSec: number, { limits, modes }: DecisionPolicy): FirstLook {
  const input = gateInput(candidate, nowSec, knownWindows(candidate));
  const entry = evaluateGates(ENTRY_GATES, input, limits, modes);
  const rest = [WINDOW_GATES, ADVISORY_GATES].map((gates) => evaluateGates(gates, input, limits, modes));
  return { entry, wantsPlace: !entry.refusal && rest.every(({ refusal }) => !refusal) };
}

/** Decides a plan. Pure: the same candidate, time, windows and policy give the same record, to the byte. */
export function decide(
  candidate: Candidate,
  nowSec: number,
  look: FirstLook,
  windows: WindowState | undefined,
  policy: DecisionPolicy,
  onDecoratorError: (error: Error) => void,
): DecisionRecord {
  const { limits, modes } = policy;
  const input = gateInput(candidate, nowSec, windows ?? knownWindows(candidate));
  const outcome = look.entry.refusal
    ? look.entry
    : joinOutcomes(
        look.entry,
        evaluateGates(WINDOW_GATES, input, limits, modes),
        evaluateGates(ADVISORY_GATES, input, limits, modes),
      );
  const { refusal } = outcome;
  const { plan, entry, state } = candidate;
  const annotations = refusal
    ? []
    : annotateAll(policy.decorators, { plan, nowSec }, state.decorations, onDecoratorError);
  return {
    v: 1,
    plan_id: plan.planId,
    symbol: plan.symbol,
    entry_id: entry.id,
    decided_at: nowSec,
    outcome: refusal ? 'refused' : 'permit',
    reason: refusal?.gate ?? '',
    gates: outcome.verdicts.map(({ gate, mode, verdict }) => ({ gate, mode, refused: verdict.refused })),
    inputs: {
      ...annotations.reduce((all, { inputs }) => ({ ...all, ...inputs }), {}),
      ...inputsOf(candidate, windows),
    },
    ...(refusal
      ? {
          block: {
            reason: refusal.gate,
            timestamp: nowSec,
            symbol: plan.symbol,
            ...refusal.verdict.numbers,
            ...(refusal.verdict.unreadable && { unreadable: true as const }),
          },
        }
      : { permit: permitOf(candidate, nowSec, outcome, annotations, policy.applyMode) }),
  };
}

function permitOf(
  { plan, notionalUsd }: Candidate,
  nowSec: number,
  outcome: GateOutcome,
  annotations: readonly Annotation<Partial<Permit>>[],
  mode: ApplyMode,
): Permit {
  const grant = {
    granted: true,
    symbol: plan.symbol,
    decision: 'EXECUTE',
    computed_qty: plan.qty ?? 0,
    computed_notional: notionalUsd ?? 0,
    created_at: nowSec,
    consumed: false,
  } as const;
  const hints = annotations.reduce<Partial<Permit>>((all, { fields }) => ({ ...all, ...fields }), {});
  // The grant stands in front, as it always did, and stands again behind: no decorator can change it.
  return { ...grant, ...hints, ...grant, would_block: [...outcome.wouldBlock], mode } as Permit;
}

type Scalar = string | number | boolean | null;

/** So much of a plan's action is kept: known ones are shorter, and the field may hold anything. */
const MAX_ACTION_CHARS = 64;

/** The values of a read as flat inputs; the text `unreadable` under the read's name where there are none. */
const flat = <T>(name: string, read: Read<T>, values: (value: T) => Record<string, Scalar | undefined>) =>
  read.readable ? values(read.value) : { [name]: 'unreadable' };

/** What the gates were given, at full precision; windows that were not asked are left out. */
function inputsOf(candidate: Candidate, windows: WindowState | undefined): Record<string, Scalar> {
  const { plan, state } = candidate;
  const given: Record<string, Scalar | undefined> = {
    action: plan.action.slice(0, MAX_ACTION_CHARS),
    closing: plan.closing,
    qty: plan.qty,
    price_usd: plan.priceUsd,
    kill_score: plan.killScore,
    submitted_at: candidate.submittedSec,
    notional_usd: candidate.notionalUsd,
    ...flat('kill_switch', state.killSwitchOn, (on) => ({ kill_switch: on })),
    ...flat('disarmed', state.disarmed, (on) => ({ disarmed: on })),
    ...flat('budget', state.budget, ({ enforce, tsSec }) => ({ budget_enforce: enforce, budget_ts: tsSec })),
    ...flat('violation_ts', state.violationSec, (tsSec) => ({ violation_ts: tsSec })),
    ...flat('allocation', state.allocation, ({ enforce, tsSec, targetUsd }) => ({
      allocation_enforce: enforce,
      allocation_ts: tsSec,
      allocation_target_usd: targetUsd,
    })),
    ...flat('position', state.position, ({ amount, markPriceUsd }) => ({
      position_amt: amount,
      mark_price_usd: markPriceUsd,
    })),
    ...(windows && {
      ...flat('window', windows.window, ({ lastExecSec, hourCount, burstCount }) => ({
        last_exec: lastExecSec,
        exec_count_hour: hourCount,
        exec_count_5min: burstCount,
      })),
      ...flat('day_notional_usd', windows.dayNotionalUsd, (usd) => ({ day_notional_usd: usd })),
    }),
  };
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, value ?? null]));
}

/** The record of an entry that was delivered too often: dead-lettering is its decision. */
export const deadLetterRecord = ({ plan, entry }: PlanEntry, nowSec: number, error: string): DecisionRecord => ({
  v: 1,
  plan_id: plan.planId,
  symbol: plan.symbol,
  entry_id: entry.id,
  decided_at: nowSec,
  outcome: 'dead_letter',
  reason: 'max_deliveries',
  gates: [],
  inputs: { deliveries: entry.deliveries },
  error,
});
