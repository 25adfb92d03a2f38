import type { ApplyMode, DecisionRecord } from '@quantum/redis-schemas';
import {
  EARLY_ADVISORY_GATES,
  ENTRY_GATES,
  evaluateGates,
  WINDOW_GATES,
  type GateOutcome,
  type GateSettings,
} from '@quantum/risk-gates';
import { gateInput, knownWindows, type Candidate, type WindowState } from './candidate.js';
import { annotateAll, type Decorator } from './decorations.js';
import { encodeInputs } from './inputs/encode.js';
import { outcomeAfter, recordOf } from './record.js';

/** Everything that a decision depends on apart from the plan, its state and the time. */
export interface DecisionSettings extends GateSettings {
  /** The hash of limits and modes, as records carry it. */
  limitsHash: string;
  applyMode: ApplyMode;
  decorators: readonly Decorator[];
}

/** What can be said of a plan before its windows are read. */
export interface PreCheck {
  /** The gates before the windows. Their refusal ends it: the windows need not be asked. */
  entry: GateOutcome;
  /**
   * Whether a reservation in the windows would be of use: false where a later gate refuses whatever the windows say.
   */
  wantsReservation: boolean;
}

/** Asks the gates that need no windows. */
export function preCheck(candidate: Candidate, nowSec: number, { limits, modes }: GateSettings): PreCheck {
  const input = gateInput(candidate, nowSec, knownWindows(candidate));
  const entry = evaluateGates(ENTRY_GATES, input, limits, modes);
  const windows = evaluateGates(WINDOW_GATES, input, limits, modes);
  const advisory = evaluateGates(EARLY_ADVISORY_GATES, input, limits, modes);
  return { entry, wantsReservation: !entry.refusal && !windows.refusal && !advisory.refusal };
}

/**
 * Decides a plan. Pure: the same candidate, time, windows and settings give the same record, to the byte.
 * @param windows undefined where they were not asked
 */
export function decidePlan(
  candidate: Candidate,
  nowSec: number,
  { entry: entryOutcome }: PreCheck,
  windows: WindowState | undefined,
  settings: DecisionSettings,
  onDecoratorError: (error: Error) => void,
): DecisionRecord {
  const { entry, state, closing } = candidate;
  const input = gateInput(candidate, nowSec, windows ?? knownWindows(candidate));
  const outcome = outcomeAfter(entryOutcome, input, settings);
  const plan = closing === candidate.plan.closing ? candidate.plan : { ...candidate.plan, closing };
  const annotations = outcome.refusal
    ? []
    : annotateAll(settings.decorators, { plan, nowSec }, state.decorations, onDecoratorError);
  const head = {
    v: 2 as const,
    plan_id: plan.planId,
    symbol: plan.symbol,
    entry_id: entry.id,
    decided_at: nowSec,
    limits: settings.limitsHash,
    inputs: encodeInputs(candidate, windows, annotations),
  };
  return recordOf(head, { outcome, annotations, applyMode: settings.applyMode });
}
