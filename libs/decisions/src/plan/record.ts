import type { Annotation } from '@quantum/permit-decorators';
import type { ApplyMode, DecisionRecord, Permit } from '@quantum/redis-schemas';
import {
  evaluateGates,
  joinOutcomes,
  LATER_GATES,
  type GateInput,
  type GateOutcome,
  type GateSettings,
} from '@quantum/risk-gates';
import { addNew } from './add-new.js';
import { gateResult } from './gate-results.js';
import { notionalUsdOf, qtyOf } from './inputs/facts.js';

/** What the gates say in the end: those before the windows, then the others, unless a refusal ends it. */
export const outcomeAfter = (entry: GateOutcome, input: GateInput, { limits, modes }: GateSettings): GateOutcome =>
  entry.refusal ? entry : joinOutcomes(entry, evaluateGates(LATER_GATES, input, limits, modes));

/** What a record says of a plan whatever the gates say. */
export type RecordHead = Pick<
  DecisionRecord,
  'v' | 'plan_id' | 'symbol' | 'entry_id' | 'decided_at' | 'limits' | 'inputs'
>;

/** What decides between permit and refusal, and what a permit adds. */
export interface Judgement {
  outcome: GateOutcome;
  /** What the decorators add to a permit. */
  annotations: readonly Annotation<Partial<Permit>>[];
  applyMode: ApplyMode;
}

/** The record of a decision, with its permit or its block. */
export function recordOf(head: RecordHead, judgement: Judgement): DecisionRecord {
  const { v, plan_id, symbol, entry_id, decided_at, limits, inputs } = head;
  const { outcome } = judgement;
  const { refusal, verdicts } = outcome;
  return {
    v,
    plan_id,
    symbol,
    entry_id,
    decided_at,
    outcome: refusal ? 'refused' : 'permit',
    reason: refusal?.gate ?? '',
    ...(limits !== undefined && { limits }),
    gates: verdicts.map(({ gate, mode, verdict }) => gateResult(gate, mode, verdict.refused)),
    inputs,
    ...(refusal
      ? {
          block: {
            reason: refusal.gate,
            timestamp: decided_at,
            symbol,
            ...refusal.verdict.numbers,
            ...(refusal.verdict.unreadable && { unreadable: true as const }),
          },
        }
      : { permit: permitOf(head, judgement) }),
  };
}

/** The permit of a plan: its grant, then what decorators add. */
function permitOf({ symbol, decided_at, inputs }: RecordHead, { outcome, annotations, applyMode }: Judgement): Permit {
  // Name by name into one object: spread into each other, grant and hints cost 19 us a plan, so 1 us.
  const permit: Partial<Permit> = {
    granted: true,
    symbol,
    decision: 'EXECUTE',
    computed_qty: qtyOf(inputs) ?? 0,
    computed_notional: notionalUsdOf(inputs) ?? 0,
    created_at: decided_at,
    consumed: false,
    would_block: [...outcome.wouldBlock],
    mode: applyMode,
  };
  addNew(permit, annotations.map(({ fields }) => fields)); // prettier-ignore
  return permit as Permit;
}
