import { leftInFlight, permitJson } from '@quantum/decisions';
import { jsonReply, runRows, type Redis, type Reply, type Row } from '@quantum/redis-io';
import {
  decidedKey,
  inFlightKey,
  lastExecKey,
  PERMIT_TTL_SEC,
  permitKey,
  type DecisionRecord,
} from '@quantum/redis-schemas';
import { LAST_EXEC_TTL_SEC, stamps } from './finish.js';
import { RECORD } from './record-script.js';

export interface Recording {
  record: DecisionRecord;
  /** Until when it may grant a permit, unix milliseconds of the server that holds the record. */
  deadlineMs: number;
  /** Whether its reservation is to be settled. */
  isReserved: boolean;
}

export type Recorded =
  | { kind: 'unanswered'; error: Error }
  /** Nothing was granted: the deadline was over. */
  | { kind: 'late' }
  /** Nothing was granted: a kill key or the latch had changed. */
  | { kind: 'changed' }
  /** Another governor's permit was found; the record that says so. */
  | { kind: 'foreign'; record: string }
  /** A decision that was recorded already. */
  | { kind: 'existing'; record: string }
  /** This one is recorded now; `stamped` is what stamping the last execution gave, where it was part of it. */
  | { kind: 'recorded'; stamped: Reply | undefined };

/** What all decisions of a read share. */
export interface RecordOptions {
  /** The time of the decisions, unix seconds. */
  nowSec: number;
  decisionTtlSec: number;
  /** What the switches said when the state of the plans was read. */
  switches: readonly string[];
}

/**
 * Records decisions, each with the permit that it grants. On one server the last execution is stamped and the reservation
 * settled by the same script, so that a permit is finished with its record.
 * @throws BatchError when Redis went away.
 */
export async function recordAll(
  redis: Redis,
  recordings: readonly Recording[],
  { nowSec, decisionTtlSec, switches }: RecordOptions,
): Promise<Recorded[]> {
  const shared = [
    decisionTtlSec,
    PERMIT_TTL_SEC,
    LAST_EXEC_TTL_SEC,
    String(nowSec),
    ...(redis.isCluster ? [] : switches),
  ];
  const rows = recordings.map((recording) => rowOf(recording, !redis.isCluster));
  const replies = await runRows(redis, RECORD, shared, rows, { alone: withoutSymbolKeys });
  return replies.map(recordedOf);
}

/** The record's JSON, and how much of its end is the permit's: what is in both is sent once. */
function rowOf({ record, deadlineMs, isReserved }: Recording, isOneServer: boolean): Row {
  const { gates, permit, ...rest } = record;
  const keys = [decidedKey(rest.plan_id), permitKey(rest.plan_id)];
  if (isOneServer) keys.push(lastExecKey(rest.symbol), inFlightKey(rest.symbol));
  const head = `${JSON.stringify(rest).slice(0, -1)},"gates":${gatesJson(gates)}`;
  if (!permit) return { keys, args: [`${head}}`, 0, 0, '00', ''] };
  const json = permitJson(permit, rest.inputs);
  const flags = `${stamps(record) ? '1' : '0'}${isReserved ? '1' : '0'}`;
  const args = [`${head},"permit":${json}}`, Buffer.byteLength(json), deadlineMs, flags];
  return { keys, args: [...args, isReserved ? leftInFlight(record) : ''] };
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

/** Where the server refuses us the key itself, it may be one of the symbol's, which must not keep a plan from its record. */
const withoutSymbolKeys = ({ keys, args }: Row): Row => ({ keys: keys.slice(0, 2), args });

function recordedOf(reply: Reply): Recorded {
  if (!reply.ok) return { kind: 'unanswered', error: reply.error };
  const [answer, result] = reply.value as [string, unknown];
  if (answer === 'late' || answer === 'changed') return { kind: answer };
  if (answer === 'foreign') return { kind: 'foreign', record: result as string };
  if (answer !== '') return { kind: 'existing', record: answer };
  return { kind: 'recorded', stamped: result === undefined ? undefined : jsonReply(result) };
}
