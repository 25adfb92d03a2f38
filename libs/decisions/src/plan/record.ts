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
import type { Inputs } from './inputs/schema.js';

/** What the gates say in the end: those before the windows, then the others, unless a refusal ends it. */
export const outcomeAfter = (entry: GateOutcome, input: GateInput, { limits, modes }: GateSettings): GateOutcome =>
  entry.refusal ? entry : joinOutcomes(entry, evaluateGates(LATER_GATES, input, limits, modes));

/** A plan that the gates have judged, be it now or again. */
export interface Judged {
  planId: string;
  symbol: string;
  entryId: string;
  /** The time of the decision, unix seconds. */
  nowSec: number;
  /** Undefined in records of earlier versions. */
  limitsHash: string | undefined;
  applyMode: ApplyMode;
  qty: number | undefined;
  /** USD. */
  notionalUsd: number | undefined;
  outcome: GateOutcome;
  /** What the decorators add to a permit. */
  annotations: readonly Annotation<Partial<Permit>>[];
  inputs: Inputs;
}

/** The record of a decision, with its permit or its block. */
export function recordOf(judged: Judged): DecisionRecord {
  const { planId, symbol, entryId, nowSec, limitsHash, outcome, inputs } = judged;
  const { refusal, verdicts } = outcome;
  return {
    v: 1,
    plan_id: planId,
    symbol,
    entry_id: entryId,
    decided_at: nowSec,
    outcome: refusal ? 'refused' : 'permit',
    reason: refusal?.gate ?? '',
    ...(limitsHash !== undefined && { limits: limitsHash }),
    gates: verdicts.map(({ gate, mode, verdict }) => gateResult(gate, mode, verdict.refused)),
    inputs,
    ...(refusal
      ? {
          block: {
            reason: refusal.gate,
            timestamp: nowSec,
            symbol,
            ...refusal.verdict.numbers,
            ...(refusal.verdict.unreadable && { unreadable: true as const }),
          },
        }
      : { permit: permitOf(judged) }),
  };
}

/** The permit of a plan: its grant, then what decorators add. */
function permitOf({ symbol, qty, notionalUsd, nowSec, outcome, annotations, applyMode }: Judged): Permit {
  // Name by name into one object: spread into each other, grant and hints cost 19 us a plan, so 1 us.
  const permit: Partial<Permit> = {
    granted: true,
    symbol,
    decision: 'EXECUTE',
    computed_qty: qty ?? 0,
    computed_notional: notionalUsd ?? 0,
    created_at: nowSec,
    consumed: false,
    would_block: [...outcome.wouldBlock],
    mode: applyMode,
  };
  addNew(permit, annotations.map(({ fields }) => fields)); // prettier-ignore
  return permit as Permit;
}
