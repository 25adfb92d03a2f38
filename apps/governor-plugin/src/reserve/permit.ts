import type { Annotation } from '@quantum/permit-decorators';
import type { ApplyMode, Permit, Plan } from '@quantum/redis-schemas';
import type { GateOutcome } from '@quantum/risk-gates';
import { addNew } from './add-new.js';

/** The permit of a plan: its grant, then what decorators add. */
export function permitOf(
  { plan, notionalUsd }: { plan: Plan; notionalUsd: number | undefined },
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
