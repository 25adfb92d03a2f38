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
  const rows = records.map((record) => rowOf(record, !redis.isCluster));
  const replies = await runRows(redis, RECORD, shared, rows, { alone: withoutStamp });
  return replies.map(recordedOf);
}

/** The record's JSON, and how much of its end is the permit's: what stands in both is sent once. */
function rowOf({ gates, permit, ...rest }: DecisionRecord, stamped: boolean): Row {
  const keys = [decidedKey(rest.plan_id), permitKey(rest.plan_id)];
  if (stamped) keys.push(lastExecKey(rest.symbol));
  const head = `${JSON.stringify(rest).slice(0, -1)},"gates":${gatesJson(gates)}`;
  if (!permit) return { keys, args: [`${head}}`, 0] };
  const permitJson = JSON.stringify(permit);
  return { keys, args: [`${head},"permit":${permitJson}}`, Buffer.byteLength(permitJson)] };
}

type Verdicts = DecisionRecord['gates'];

/** The verdicts that were put into JSON last. */
let latest: { gates: Verdicts; json: string } = { gates: [], json: '[]' };

/** Verdicts are a third of a record, mostly the same objects as those before: put into JSON once, 0.3 us instead of 2.1. */
function gatesJson(gates: Verdicts): string {
  const isLatest = gates.length === latest.gates.length && gates.every((verdict, i) => verdict === latest.gates[i]);
  if (!isLatest) latest = { gates, json: JSON.stringify(gates) };
  return latest.json;
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
