import { readingOf } from '@quantum/decisions';
import { annotationOf, type EfficiencyHintFields } from '@quantum/permit-decorators';
import type { DecisionRecord, EfficiencyReading, Permit } from '@quantum/redis-schemas';
import { ENTRY_GATES, evaluateGates, joinOutcomes, LATER_GATES, type GateOutcome } from '@quantum/risk-gates';
import type { GovernorPolicy } from './policy.js';
import { gateInputOf, number, numbersOf } from './recorded-inputs.js';

type Inputs = DecisionRecord['inputs'];

/** What deciding a plan again came to. */
export type Replayed =
  | { kind: 'decided'; record: DecisionRecord }
  /** Under this policy the plan gets further than it did, to where its record holds no state (its windows). */
  | { kind: 'unknown' };

/** Whether gates decided: a dead letter, say, is no decision that could be taken again. */
export const isDecision = ({ outcome }: DecisionRecord): boolean => outcome === 'permit' || outcome === 'refused';

/** The hash of the parameters that decided a permit's hint; undefined without one, and in permits of earlier versions. */
export const policyOfRecord = ({ permit }: DecisionRecord): string | undefined => permit?.policy || undefined;

/** The hash of the gate limits and modes that decided a plan; undefined in records of earlier versions. */
export const limitsOfRecord = ({ limits }: DecisionRecord): string | undefined => limits || undefined;

/**
 * Decides a plan again from the inputs of its record, which is a decision (`isDecision`): gates and hint. Puts the record
 * together as the governor does. A refused plan's record has no efficiency reading: should this policy permit it, its hint
 * is the neutral one.
 */
export function decideAgain(recorded: DecisionRecord, policy: GovernorPolicy): Replayed {
  const { inputs } = recorded;
  const input = gateInputOf(recorded);
  const { limits, modes } = policy;
  const entry = evaluateGates(ENTRY_GATES, input, limits, modes);
  const hasWindows = 'exec_count_hour' in inputs || 'window' in inputs;
  // A close is asked by no gate of the windows, which are not read for it.
  if (!entry.refusal && !hasWindows && !input.closing) return { kind: 'unknown' };
  const outcome = entry.refusal ? entry : joinOutcomes(entry, evaluateGates(LATER_GATES, input, limits, modes));
  return { kind: 'decided', record: recordOf(recorded, outcome, policy) };
}

type GateResult = DecisionRecord['gates'][number];
const gateResults = new Map<string, GateResult[]>();

/** There are few of them: made once, their texts are too. */
function gateResult(gate: GateResult['gate'], mode: GateResult['mode'], refused: boolean): GateResult {
  let known = gateResults.get(gate);
  if (!known) gateResults.set(gate, (known = []));
  for (const result of known) if (result.mode === mode && result.refused === refused) return result;
  const made = Object.freeze({ gate, mode, refused });
  known.push(made);
  return made;
}

const EFF_INPUTS = ['eff_score', 'eff_confidence', 'eff_ts', 'eff_reason'];

/** The recorded inputs with those of the hint decided again; the recorded object itself where they are the same. */
function inputsWith(recorded: Inputs, hint: Readonly<Inputs>): Inputs {
  if (EFF_INPUTS.every((name) => recorded[name] === hint[name])) return recorded;
  const others = Object.entries(recorded).filter(([name]) => !EFF_INPUTS.includes(name));
  return { ...Object.fromEntries(others), ...hint };
}

function recordOf(recorded: DecisionRecord, outcome: GateOutcome, policy: GovernorPolicy): DecisionRecord {
  const { v, plan_id, symbol, entry_id, decided_at, limits } = recorded;
  const { refusal } = outcome;
  const annotation = refusal ? undefined : hintAgain(recorded, policy);
  const inputs = inputsWith(recorded.inputs, annotation?.inputs ?? {});
  return {
    v,
    plan_id,
    symbol,
    entry_id,
    decided_at,
    outcome: refusal ? 'refused' : 'permit',
    reason: refusal?.gate ?? '',
    ...(limits !== undefined && { limits }),
    gates: outcome.verdicts.map(({ gate, mode, verdict }) => gateResult(gate, mode, verdict.refused)),
    inputs,
    ...(refusal && {
      block: {
        reason: refusal.gate,
        timestamp: decided_at,
        symbol,
        ...numbersOf(recorded, refusal),
        ...(refusal.verdict.unreadable && { unreadable: true as const }),
      },
    }),
    ...(annotation && {
      permit: {
        granted: true,
        symbol,
        decision: 'EXECUTE',
        computed_qty: number(inputs['qty']) ?? 0,
        computed_notional: number(inputs['notional_usd']) ?? 0,
        created_at: decided_at,
        consumed: false,
        would_block: [...outcome.wouldBlock],
        mode: policy.applyMode,
        ...annotation.fields,
        policy: recorded.permit?.policy,
      },
    }),
  };
}

function hintAgain({ decided_at: nowSec, inputs, permit }: DecisionRecord, { hint }: GovernorPolicy) {
  const closing = inputs['closing'] === true;
  const { fields, ...annotation } = annotationOf(recordedReading(inputs), { closing, nowSec }, hint, '');
  // Undefined, which JSON leaves out, in permits of earlier versions.
  const own = { ...fields, policy: permit?.policy } as Omit<EfficiencyHintFields, 'policy'> & Pick<Permit, 'policy'>;
  return { ...annotation, fields: own };
}

/** What the efficiency's key answered, as far as the record tells. */
function recordedReading(inputs: Inputs): EfficiencyReading {
  const reason = String(inputs['eff_reason'] ?? 'redis_error');
  return readingOf(
    reason,
    number(inputs['eff_score']),
    number(inputs['eff_confidence']),
    String(inputs['eff_ts'] ?? ''),
  );
}
