import type { HintParameters } from '@quantum/efficiency-policy';
import { annotationOf, DECORATORS } from '@quantum/permit-decorators';
import type { ApplyMode, DecisionRecord } from '@quantum/redis-schemas';
import { ENTRY_GATES, evaluateGates, type GateInput, type GateOutcome, type GateSettings } from '@quantum/risk-gates';
import { replayDecorations } from './decorations.js';
import { efficiencyOf, gateInputOf, numbersOf } from './inputs/decode.js';
import { withHint } from './inputs/encode.js';
import { areWindowsAsked, isClosing } from './inputs/facts.js';
import { outcomeAfter, recordOf } from './record.js';

/** What decides a recorded plan apart from its inputs. */
export interface ReplaySettings extends GateSettings {
  applyMode: ApplyMode;
  hint: HintParameters;
}

/** The outcome of a plan's replay. */
export type Replayed =
  | { kind: 'decided'; record: DecisionRecord }
  /** Under these settings the plan gets further than it did, to where its record holds no state (its windows). */
  | { kind: 'unknown' };

/** Whether gates decided: a dead letter, say, is no decision that could be replayed. */
export const isDecision = ({ outcome }: DecisionRecord): boolean => outcome === 'permit' || outcome === 'refused';

/**
 * The hash of the parameters that decided a permit's hint; undefined without one, and in permits of earlier versions.
 */
export const policyOfRecord = ({ permit }: DecisionRecord): string | undefined => permit?.policy || undefined;

/** The hash of the gate limits and modes that decided a plan; undefined in records of earlier versions. */
export const limitsOfRecord = ({ limits }: DecisionRecord): string | undefined => limits || undefined;

/**
 * Replays a plan from the inputs of its record, which is a decision (`isDecision`): gates and hint. A refused plan's
 * record has no efficiency reading: should these settings permit it, its hint is the neutral one.
 */
export function replayDecision(recorded: DecisionRecord, settings: ReplaySettings): Replayed {
  const input = gateInputOf(recorded);
  const entry = evaluateGates(ENTRY_GATES, input, settings.limits, settings.modes);
  // A close is asked by no gate of the windows, which are not read for it.
  if (!entry.refusal && !areWindowsAsked(recorded.inputs) && !input.closing) return { kind: 'unknown' };
  const outcome = asRecorded(outcomeAfter(entry, input, settings), recorded);
  const annotations = outcome.refusal
    ? []
    : [replayHint(recorded, settings), ...replayDecorations(DECORATORS, recorded)];
  const { v, plan_id, symbol, entry_id, decided_at, limits } = recorded;
  const inputs = withHint(recorded.inputs, annotations[0]?.inputs ?? {});
  const head = { v, plan_id, symbol, entry_id, decided_at, limits, inputs };
  return { kind: 'decided', record: recordOf(head, { outcome, annotations, applyMode: settings.applyMode }) };
}

/** An outcome with the numbers of its refusal under the names that the record's version gave them. */
function asRecorded(outcome: GateOutcome, recorded: DecisionRecord): GateOutcome {
  const { refusal } = outcome;
  if (!refusal) return outcome;
  const verdict = { ...refusal.verdict, numbers: numbersOf(recorded, refusal) };
  return { ...outcome, refusal: { ...refusal, verdict } };
}

/** What each gate was given and said of a recorded plan, in order, by these limits and modes. */
export function replayGates(
  recorded: DecisionRecord,
  settings: GateSettings,
): { input: GateInput; outcome: GateOutcome } {
  const input = gateInputOf(recorded);
  const entry = evaluateGates(ENTRY_GATES, input, settings.limits, settings.modes);
  // Of windows that were not asked nothing is known. A close is asked by no gate of the windows.
  const isKnown = areWindowsAsked(recorded.inputs) || input.closing;
  return { input, outcome: isKnown ? outcomeAfter(entry, input, settings) : entry };
}

function replayHint({ decided_at: nowSec, inputs, permit }: DecisionRecord, { hint }: ReplaySettings) {
  // Undefined, which JSON leaves out, in permits of earlier versions.
  const policy = permit?.policy as string;
  return annotationOf(efficiencyOf(inputs), { closing: isClosing(inputs), nowSec }, hint, policy);
}
