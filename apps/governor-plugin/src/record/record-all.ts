import { leftInFlight, permitJson, recordJson } from '@quantum/decisions';
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
 * Records decisions, each with the permit that it grants. On one server the last execution is stamped and the
 * reservation settled by the same script, so that a permit is finished with its record.
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

function rowOf({ record, deadlineMs, isReserved }: Recording, isOneServer: boolean): Row {
  const { plan_id: planId, symbol, permit, inputs } = record;
  const keys = [decidedKey(planId), permitKey(planId)];
  if (isOneServer) keys.push(lastExecKey(symbol), inFlightKey(symbol));
  if (!permit) return { keys, args: [recordJson(record), '', 0, '00', ''] };
  const flags = `${stamps(record) ? '1' : '0'}${isReserved ? '1' : '0'}`;
  const args = [recordJson(record), permitJson(permit, inputs), deadlineMs, flags];
  return { keys, args: [...args, isReserved ? leftInFlight(record) : ''] };
}

/**
 * Where the server refuses us the key itself, it may be one of the symbol's, which must not keep a plan from its
 * record.
 */
const withoutSymbolKeys = ({ keys, args }: Row): Row => ({ keys: keys.slice(0, 2), args });

function recordedOf(reply: Reply): Recorded {
  if (!reply.ok) return { kind: 'unanswered', error: reply.error };
  const [answer, result] = reply.value as [string, unknown];
  if (answer === 'late' || answer === 'changed') return { kind: answer };
  if (answer === 'foreign') return { kind: 'foreign', record: result as string };
  if (answer !== '') return { kind: 'existing', record: answer };
  return { kind: 'recorded', stamped: result === undefined ? undefined : jsonReply(result) };
}
