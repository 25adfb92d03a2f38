import { runBatch, valueOf, type Redis } from '@quantum/redis-io';
import {
  operatorAuditEntry,
  operatorAuditStream,
  type OperatorAction,
  type OperatorAudit,
} from '@quantum/redis-schemas';
import { messageOf } from '@quantum/service-kit';
import { operatorOf } from '../rollout/operator.js';
import { serverNowSec } from '../server-now.js';

/** The id of the entry and its author, or why nothing was written. */
export type Audited = { readonly id: string; readonly user: string } | { readonly why: string };

/**
 * Adds an entry to the audit of the user that the connection has. Total: what it records has mostly happened already.
 */
export async function audit(
  redis: Redis,
  action: OperatorAction,
  entry: Pick<OperatorAudit, 'reason' | 'before' | 'after'>,
): Promise<Audited> {
  try {
    const { user } = await operatorOf(redis);
    const tsEpochSec = await serverNowSec(redis);
    const fields = operatorAuditEntry({ tsEpochSec, action, ...entry });
    const [added] = await runBatch(redis, [['xadd', operatorAuditStream(user), '*', ...fields]]);
    return { id: String(valueOf(added)), user };
  } catch (error) {
    return { why: messageOf(error) };
  }
} // prettier-ignore

/** What became of the audit, in a line. */
export const auditText = (audited: Audited): string =>
  'id' in audited ? `Audited as ${audited.id}.` : `NOT AUDITED: ${audited.why}`;
