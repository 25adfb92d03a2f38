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

/** What the gates and decorators were given, at full precision; windows that were not asked are left out. */
function inputsOf(
  { plan, state, submittedSec, notionalUsd }: Candidate,
  windows: WindowState | undefined,
  annotations: readonly Annotation<Partial<Permit>>[],
): Record<string, Scalar> {
  const inputs: Record<string, Scalar> = {
    action: plan.action.slice(0, MAX_ACTION_CHARS),
    closing: plan.closing,
    qty: plan.qty ?? null,
    price_usd: plan.priceUsd ?? null,
    kill_score: plan.killScore ?? null,
    submitted_at: submittedSec,
    notional_usd: notionalUsd ?? null,
  };
  /** The values of a read; the text `unreadable` under the read's name where there are none. */
  const put = <T>(name: string, read: Read<T>, values: (value: T) => void): void => {
    if (read.readable) values(read.value);
    else inputs[name] = 'unreadable';
  };
  put('kill_switch', state.killSwitchOn, (on) => (inputs['kill_switch'] = on));
  put('disarmed', state.disarmed, (on) => (inputs['disarmed'] = on));
  put('budget', state.budget, ({ enforce, tsSec }) => {
    inputs['budget_enforce'] = enforce;
    inputs['budget_ts'] = tsSec ?? null;
  });
  put('violation_ts', state.violationSec, (tsSec) => (inputs['violation_ts'] = tsSec ?? null));
  put('allocation', state.allocation, ({ enforce, tsSec, targetUsd }) => {
    inputs['allocation_enforce'] = enforce;
    inputs['allocation_ts'] = tsSec ?? null;
    inputs['allocation_target_usd'] = targetUsd ?? null;
  });
  put('position', state.position, ({ amount, markPriceUsd }) => {
    inputs['position_amt'] = amount ?? null;
    inputs['mark_price_usd'] = markPriceUsd ?? null;
  });
  if (windows) {
    put('window', windows.window, ({ lastExecSec, hourCount, burstCount }) => {
      inputs['last_exec'] = lastExecSec ?? null;
      inputs['exec_count_hour'] = hourCount;
      inputs['exec_count_5min'] = burstCount;
    });
    put('day_notional_usd', windows.dayNotionalUsd, (usd) => (inputs['day_notional_usd'] = usd));
  }
  addNew(inputs, annotations.map(({ inputs: own }) => own)); // prettier-ignore
  return inputs;
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
