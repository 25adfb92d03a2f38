import type { HintParameters } from '@quantum/efficiency-policy';
import { efficiencyHint, type EfficiencyHintFields, type HashValues } from '@quantum/permit-decorators';
import { full, type DecisionRecord, type Permit, type Plan } from '@quantum/redis-schemas';
import { ENTRY_GATES, evaluateGates, joinOutcomes, LATER_GATES, type GateOutcome } from '@quantum/risk-gates';
import type { GovernorPolicy } from './policy.js';
import { gateInputOf, number, numbersOf } from './recorded-inputs.js';
import { readingOf } from './reading.js';

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
    gates: outcome.verdicts.map(({ gate, mode, verdict }) => ({ gate, mode, refused: verdict.refused })),
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

const hints = new WeakMap<HintParameters, ReturnType<typeof efficiencyHint>>();

/** The decorator of these parameters, made once: making it costs as much as asking it. */
function hintOf(parameters: HintParameters): ReturnType<typeof efficiencyHint> {
  const known = hints.get(parameters);
  if (known) return known;
  const made = efficiencyHint({ of: () => ({ parameters, policy: '' }) });
  hints.set(parameters, made);
  return made;
}

function hintAgain(recorded: DecisionRecord, policy: GovernorPolicy) {
  const { plan_id: planId, symbol, decided_at: nowSec, inputs, permit } = recorded;
  const plan: Plan = {
    planId,
    symbol,
    action: String(inputs['action']),
    closing: inputs['closing'] === true,
    qty: number(inputs['qty']),
    priceUsd: number(inputs['price_usd']),
    // What the hint does not look at.
    closesByActionOnly: false,
    stopUpdate: false,
    side: undefined,
    qtyText: undefined,
    statedNotionalUsd: undefined,
    killScore: undefined,
    timestampSec: undefined,
    unreadableFields: [],
  };
  const { fields, ...annotation } = hintOf(policy.hint).annotate({ plan, nowSec, values: [answerOf(inputs)] });
  // Undefined, which JSON leaves out, in permits of earlier versions.
  const own = { ...fields, policy: permit?.policy } as Omit<EfficiencyHintFields, 'policy'> & Pick<Permit, 'policy'>;
  return { ...annotation, fields: own };
}

/** What the efficiency's key answered, as far as the record tells. */
function answerOf(inputs: Inputs): HashValues {
  const reason = String(inputs['eff_reason'] ?? 'redis_error');
  const score = number(inputs['eff_score']);
  const confidence = number(inputs['eff_confidence']);
  const reading = readingOf(reason, score, confidence, String(inputs['eff_ts'] ?? ''));
  if (reading.state === 'unreadable') return { readable: false };
  const value = reading.state === 'missing' ? [null, null, null] : [full(score), full(confidence), reading.tsText];
  return { readable: true, value };
}
