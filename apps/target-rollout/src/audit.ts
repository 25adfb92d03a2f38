import { auditFields, auditHash, NO_ENTRY, type AuditEntry } from '@quantum/rollout-commands';
import { resultsText } from '@quantum/rollout-evidence';
import type { GuardResult } from '@quantum/rollout-guards';
import { encodeRolloutState, type RolloutPlan, type RolloutState } from '@quantum/rollout-plan';

/** What an entry of the audit says, apart from what all of a cycle have in common. */
export interface Happening {
  /** A user; default: the rollout itself. */
  actor?: string;
  event: string;
  commandId?: string;
  /** What the command named. */
  subject?: string;
  reason?: string;
  refusal?: string;
  from: RolloutState;
  to: RolloutState;
  /** The plan that `to` runs. */
  plan: RolloutPlan | undefined;
  guards?: readonly GuardResult[];
}

/** The entries of a cycle as flat lists of fields, chained to the last one in Redis. */
export function auditOf(
  happenings: readonly Happening[],
  last: readonly string[] | undefined,
  common: Pick<AuditEntry, 'tsEpochSec' | 'build'>,
  sha256: (text: string) => string,
): string[][] {
  let previous = last === undefined ? NO_ENTRY : auditHash(last, sha256);
  return happenings.map(({ actor = 'rollout', event, commandId = '', subject = '', reason = '', refusal = '', from, to, plan, guards }) => {
    const entry: AuditEntry = {
      ...common, actor, event, commandId, subject, reason, refusal,
      from: encodeRolloutState(from),
      to: encodeRolloutState(to),
      plan: to.plan,
      stage: plan?.stages[to.stage]?.name ?? '',
      guards: guards === undefined ? '' : resultsText(guards),
    }; // prettier-ignore
    const fields = auditFields(entry, previous, sha256);
    previous = auditHash(fields, sha256);
    return fields;
  });
} // prettier-ignore
