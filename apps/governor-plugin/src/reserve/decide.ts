import type { ApplyMode, DecisionRecord } from '@quantum/redis-schemas';
import {
  EARLY_ADVISORY_GATES,
  ENTRY_GATES,
  evaluateGates,
  joinOutcomes,
  LATER_GATES,
  WINDOW_GATES,
  type GateInput,
  type GateLimits,
  type GateModes,
  type GateOutcome,
} from '@quantum/risk-gates';
import type { Candidate } from '../state/candidate.js';
import { annotateAll, type Decorator } from '../state/decorations.js';
import { gateResult } from './gate-results.js';
import { permitOf } from './permit.js';
import { inputsOf } from './record-inputs.js';
import type { WindowState } from './reservation.js';

/** Everything that a decision depends on besides the plan, its state and the time. */
export interface DecisionPolicy {
  limits: GateLimits;
  modes: GateModes;
  /** The hash of limits and modes, as records carry it. */
  limitsHash: string;
  applyMode: ApplyMode;
  decorators: readonly Decorator[];
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
