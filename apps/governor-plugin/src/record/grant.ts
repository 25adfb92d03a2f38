import type { preCheck } from '@quantum/decisions';
import { permitJson, recordJson, type DecisionSettings, type WindowState } from '@quantum/decisions';
import { jsonReply, type Reply, type Row } from '@quantum/redis-io';
import { decidedKey, PERMIT_TTL_SEC, permitKey, type DecisionRecord } from '@quantum/redis-schemas';
import type { GateName } from '@quantum/risk-gates';
import type { UndecidedPlan } from '../intake/plan-entry.js';
import { LAST_EXEC_TTL_SEC } from './finish.js';
import type { Recorded, RecordOptions } from './record-all.js';

/** The gates that the script holds a plan to. */
const SCRIPT_GATES: readonly GateName[] = [
  'symbol_cooldown', 'hourly_rate', 'burst_rate', 'daily_notional', 'allocation_cap',
]; // prettier-ignore

/**
 * Whether the script that reserves for a plan can record its permit too: everything but the script's own limits allows
 * it, and none of those is in shadow, where the permit names it. An exit is recorded by itself, so that its windows
 * cannot keep it waiting.
 */
export const isGrantable = (
  { closing, state }: UndecidedPlan,
  { wantsReservation }: ReturnType<typeof preCheck>,
  { modes }: DecisionSettings,
): boolean =>
  wantsReservation && !closing && state.lastExecSec.readable && SCRIPT_GATES.every((gate) => modes[gate] !== 'shadow');

/** What all rows of `GRANT` share, after what they share with `RESERVE`. */
export const grantShared = ({ decisionTtlSec, switches }: Omit<RecordOptions, 'nowSec'>): (string | number)[] => [
  decisionTtlSec,
  PERMIT_TTL_SEC,
  LAST_EXEC_TTL_SEC,
  ...switches,
];

/**
 * A row of `GRANT`, from that of `RESERVE`. @param record what it records, still without windows; undefined: it
 * reserves alone
 */
export function grantRow({ keys, args }: Row, planId: string, record: DecisionRecord | undefined): Row {
  const texts = record?.permit ? [recordJson(record).slice(0, -1), permitJson(record.permit, record.inputs)] : ['', ''];
  return { keys: [...keys, decidedKey(planId), permitKey(planId)], args: [...args, ...texts] };
}

/** What became of a plan that was to be recorded; `again` as of a reservation. */
export type Granted = { recorded: Recorded } & ({ windows: WindowState; again: boolean } | { windows?: undefined });

/** Reads what `GRANT` says of a plan; undefined where it only reserved, or said nothing. */
export function grantOf(reply: Reply | undefined): Granted | undefined {
  if (!reply?.ok || !Array.isArray(reply.value)) return undefined;
  const [answer, result, windows, again] = reply.value as [unknown, unknown, string, boolean];
  if (typeof answer !== 'string') return undefined;
  if (answer === 'changed') return { recorded: { kind: 'changed' } };
  if (answer === 'foreign') return { recorded: { kind: 'foreign', record: result as string } };
  if (answer !== 'granted') return { recorded: { kind: 'existing', record: answer } };
  return { recorded: { kind: 'recorded', stamped: jsonReply(result) }, windows: windowsIn(windows), again };
}

function windowsIn(json: string): WindowState {
  const [lastExec, hourCount, burstCount, dayNotionalUsd, inFlightUsd] = JSON.parse(json) as [
    lastExecSec: number | null,
    hourCount: number,
    burstCount: number,
    dayUsd: number,
    inFlightUsd?: number,
  ];
  return {
    window: { readable: true, value: { lastExecSec: lastExec ?? undefined, hourCount, burstCount } },
    dayNotionalUsd: { readable: true, value: dayNotionalUsd },
    inFlightUsd,
  };
}
