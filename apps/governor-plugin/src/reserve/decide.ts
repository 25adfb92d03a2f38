import type { Annotation } from '@quantum/permit-decorators';
import { full, type ApplyMode, type DecisionRecord, type Permit, type Read } from '@quantum/redis-schemas';
import {
  EARLY_ADVISORY_GATES,
  ENTRY_GATES,
  evaluateGates,
  joinOutcomes,
  LATER_GATES,
  WINDOW_GATES,
  type ExecWindow,
  type GateInput,
  type GateLimits,
  type GateModes,
  type GateOutcome,
} from '@quantum/risk-gates';
import type { Candidate } from '../state/candidate.js';
import { annotateAll, type Decorator } from '../state/decorations.js';

/** Everything that a decision depends on besides the plan, its state and the time. */
export interface DecisionPolicy {
  limits: GateLimits;
  modes: GateModes;
  /** The hash of limits and modes, as records carry it. */
  limitsHash: string;
  applyMode: ApplyMode;
  decorators: readonly Decorator[];
}

/** What the symbol's windows said when the plan asked for its reservation. */
export interface WindowState {
  window: Read<ExecWindow>;
  dayNotionalUsd: Read<number>;
  /** Undefined where no target binds, or where it could not be read. */
  inFlightUsd: number | undefined;
}

function gateInput(
  { plan, submittedSec, state, notionalUsd, closing }: Candidate,
  nowSec: number,
  windows: WindowState,
): GateInput {
  const { serverSec, killSwitchOn, disarmed, budget, violationSec, allocation, position } = state;
  const { killScore, priceUsd, timestampSec, side } = plan;
  return {
    nowSec, submittedSec, serverSec, timestampSec, closing, killScore, priceUsd, notionalUsd, side,
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
  inFlightUsd: undefined,
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
  const windows = evaluateGates(WINDOW_GATES, input, limits, modes);
  const advisory = evaluateGates(EARLY_ADVISORY_GATES, input, limits, modes);
  return { entry, wantsPlace: !entry.refusal && !windows.refusal && !advisory.refusal };
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
    : joinOutcomes(look.entry, evaluateGates(LATER_GATES, input, limits, modes));
  const { refusal } = outcome;
  const { entry, state, closing } = candidate;
  const plan = closing === candidate.plan.closing ? candidate.plan : { ...candidate.plan, closing };
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
    limits: policy.limitsHash,
    gates: outcome.verdicts.map(({ gate, mode, verdict }) => gateResult(gate, mode, verdict.refused)),
    inputs: inputsOf(candidate, windows, annotations),
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

type GateResult = DecisionRecord['gates'][number];

/** There are few of them: made once, they cost nothing for a plan, and can be counted by identity. */
const gateResults = new Map<GateResult['gate'], GateResult[]>();

function gateResult(gate: GateResult['gate'], mode: GateResult['mode'], refused: boolean): GateResult {
  let known = gateResults.get(gate);
  if (!known) gateResults.set(gate, (known = []));
  for (const result of known) if (result.mode === mode && result.refused === refused) return result;
  const made = Object.freeze({ gate, mode, refused });
  known.push(made);
  return made;
}

function permitOf(
  { plan, notionalUsd }: Candidate,
  nowSec: number,
  outcome: GateOutcome,
  annotations: readonly Annotation<Partial<Permit>>[],
  mode: ApplyMode,
): Permit {
  // Name by name into one object: spread into each other, grant and hints cost 19 us a plan, so 1 us.
  const permit: Partial<Permit> = {
    granted: true,
    symbol: plan.symbol,
    decision: 'EXECUTE',
    computed_qty: plan.qty ?? 0,
    computed_notional: notionalUsd ?? 0,
    created_at: nowSec,
    consumed: false,
    would_block: [...outcome.wouldBlock],
    mode,
  };
  addNew(permit, annotations.map(({ fields }) => fields)); // prettier-ignore
  return permit as Permit;
}

/** Adds what is not there yet, so that no decorator can change what is; of a name that several add, the last counts. */
function addNew(to: object, additions: readonly object[]): void {
  const all = to as Record<string, unknown>;
  for (let i = additions.length - 1; i >= 0; i -= 1) {
    const added = additions[i] as Record<string, unknown>;
    for (const name in added) if (Object.hasOwn(added, name) && !Object.hasOwn(all, name)) all[name] = added[name];
  }
}

type Scalar = string | number | boolean | null;

/** So much of a plan's action is kept: known ones are shorter, and the field may hold anything. */
const MAX_ACTION_CHARS = 64;

/** The begin of an action, with no half of a character at its end: the JSON reader of Redis' scripts refuses one. */
const beginOf = (action: string): string => action.slice(0, MAX_ACTION_CHARS).replace(/[\uD800-\uDBFF]$/, '');

const UNREADABLE = 'unreadable';

/** The value of a read; undefined where there is none. */
const valueOf = <T>(read: Read<T> | undefined): T | undefined => (read?.readable ? read.value : undefined);

/** What stands under a read's own name: the text `unreadable`, or nothing. */
const unreadable = (read: Read<unknown> | undefined): string | undefined =>
  read && !read.readable ? UNREADABLE : undefined;

/** A number of a read that was answered, null where the key has none. */
const given = (of: object | undefined, value: Scalar | undefined): Scalar | undefined =>
  of === undefined ? undefined : (value ?? null);

/**
 * What the gates and decorators were given, at full precision; windows that were not asked are left out. What is
 * undefined does not stand in the record's JSON: names that come and go cost 2 us a plan.
 */
function inputsOf(
  { plan, closing, state, submittedSec, notionalUsd }: Candidate,
  asked: WindowState | undefined,
  annotations: readonly Annotation<Partial<Permit>>[],
): Record<string, Scalar> {
  const { killSwitchOn, disarmed, violationSec } = state;
  const [budget, allocation, position] = [valueOf(state.budget), valueOf(state.allocation), valueOf(state.position)];
  const [window, dayNotionalUsd] = [valueOf(asked?.window), valueOf(asked?.dayNotionalUsd)];
  const inputs: Record<string, Scalar | undefined> = {
    action: beginOf(plan.action),
    closing,
    exceeds_position: closing === plan.closing ? undefined : true,
    side: plan.side,
    qty: plan.qty ?? null,
    qty_text: plan.qtyText === full(plan.qty) ? undefined : plan.qtyText,
    price_usd: plan.priceUsd ?? null,
    kill_score: plan.killScore ?? null,
    unreadable_fields: plan.unreadableFields.length === 0 ? undefined : plan.unreadableFields.join(),
    submitted_at: submittedSec,
    plan_ts: plan.timestampSec ?? null,
    server_time: state.serverSec,
    notional_usd: notionalUsd ?? null,
    kill_switch: killSwitchOn.readable ? killSwitchOn.value : UNREADABLE,
    disarmed: disarmed.readable ? disarmed.value : UNREADABLE,
    budget: unreadable(state.budget),
    budget_enforce: budget?.enforce,
    budget_ts: given(budget, budget?.tsSec),
    violation_ts: violationSec.readable ? (violationSec.value ?? null) : UNREADABLE,
    allocation: unreadable(state.allocation),
    allocation_enforce: allocation?.enforce,
    allocation_ts: given(allocation, allocation?.tsSec),
    allocation_target_usd: given(allocation, allocation?.targetUsd),
    position: unreadable(state.position),
    position_amt: given(position, position?.amount),
    mark_price_usd: given(position, position?.markPriceUsd),
    position_ts: given(position, position?.tsSec),
    window: unreadable(asked?.window),
    last_exec: given(window, window?.lastExecSec),
    exec_count_hour: window?.hourCount,
    exec_count_5min: window?.burstCount,
    day_notional_usd: unreadable(asked?.dayNotionalUsd) ?? dayNotionalUsd,
    in_flight_usd: asked?.inFlightUsd,
  };
  addNew(inputs, annotations.map(({ inputs: own }) => own)); // prettier-ignore
  return inputs as Record<string, Scalar>;
}
