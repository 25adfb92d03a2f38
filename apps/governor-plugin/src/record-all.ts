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
  const gates = gatesJson(records[0]?.gates ?? []);
  const shared = [decisionTtlSec, PERMIT_TTL_SEC, LAST_EXEC_TTL_SEC, String(nowSec), gates];
  const rows = records.map((record) => rowOf(record, gates, !redis.isCluster));
  const replies = await runRows(redis, RECORD, shared, rows, { alone: withoutStamp });
  return replies.map(recordedOf);
}

/**
 * The record's JSON in the parts that the script joins: what stands in many is sent once. The permit stands in the record
 * and by itself; the gates' verdicts, a third of a record, are mostly those of its neighbours.
 */
function rowOf({ gates, permit, ...rest }: DecisionRecord, sharedGates: string, stamped: boolean): Row {
  const keys = [decidedKey(rest.plan_id), permitKey(rest.plan_id)];
  if (stamped) keys.push(lastExecKey(rest.symbol));
  const own = gatesJson(gates);
  const head = `${JSON.stringify(rest).slice(0, -1)},"gates":`;
  return { keys, args: [head, own === sharedGates ? '' : own, permit ? JSON.stringify(permit) : ''] };
}

const verdictTexts = new WeakMap<DecisionRecord['gates'][number], string>();

/** The few verdicts that there are need not be put into JSON again for each plan. */
function gatesJson(gates: DecisionRecord['gates']): string {
  let json = '';
  for (const verdict of gates) {
    let text = verdictTexts.get(verdict);
    if (text === undefined) verdictTexts.set(verdict, (text = JSON.stringify(verdict)));
    json += json === '' ? text : `,${text}`;
  }
  return `[${json}]`;
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
