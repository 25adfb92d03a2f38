import { jsonReply, runRows, type Redis, type Reply, type Row } from '@quantum/redis-io';
import { decidedKey, lastExecKey, PERMIT_TTL_SEC, permitKey, type DecisionRecord } from '@quantum/redis-schemas';
import { LAST_EXEC_TTL_SEC } from './finish.js';
import { RECORD } from './scripts/record.js';

/** What recording a decision gave. */
export type Recorded =
  | { kind: 'unanswered'; error: Error }
  /** Someone else's permit stands, without a record. */
  | { kind: 'foreign_permit' }
  /** A decision that stood already. */
  | { kind: 'standing'; record: string }
  /** This one stands now; `stamped` is what stamping the last execution gave, where it was part of it. */
  | { kind: 'recorded'; stamped: Reply | undefined };

/**
 * Records decisions of the time `nowSec`, each with the permit that it grants. On one server the last execution is stamped
 * by the same script, so that a permit is finished with its record.
 * @throws BatchError when Redis went away.
 */
export async function recordAll(
  redis: Redis,
  records: readonly DecisionRecord[],
  nowSec: number,
  decisionTtlSec: number,
): Promise<Recorded[]> {
  const shared = [decisionTtlSec, PERMIT_TTL_SEC, LAST_EXEC_TTL_SEC, String(nowSec)];
  const row = redis.isCluster ? plainRow : stampedRow;
  const replies = await runRows(redis, RECORD, shared, records.map(row), { alone: withoutStamp });
  return replies.map(recordedOf);
}

/** The record's JSON in the parts that the script joins: the permit stands in it and by itself, but is sent once. */
function plainRow({ permit, ...rest }: DecisionRecord): Row {
  const keys = [decidedKey(rest.plan_id), permitKey(rest.plan_id)];
  const json = JSON.stringify(rest);
  if (!permit) return { keys, args: [json, '', ''] };
  return { keys, args: [`${json.slice(0, -1)},"permit":`, JSON.stringify(permit), '}'] };
}

function stampedRow(record: DecisionRecord): Row {
  const { keys, args } = plainRow(record);
  return { keys: [...keys, lastExecKey(record.symbol)], args };
}

/** Where the server refuses us a key as such, it may be that of the stamp, which must not keep a plan from its record. */
const withoutStamp = ({ keys, args }: Row): Row => ({ keys: keys.slice(0, 2), args });

function recordedOf(reply: Reply): Recorded {
  if (!reply.ok) return { kind: 'unanswered', error: reply.error };
  const [answer, stamped] = reply.value as [string, unknown];
  if (answer === 'permit') return { kind: 'foreign_permit' };
  if (answer !== '') return { kind: 'standing', record: answer };
  return { kind: 'recorded', stamped: stamped === undefined ? undefined : jsonReply(stamped) };
}
