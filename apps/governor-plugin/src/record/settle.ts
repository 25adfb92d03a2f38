import { scriptCommand, type Command } from '@quantum/redis-io';
import type { DecisionRecord } from '@quantum/redis-schemas';
import { signOf } from '@quantum/risk-gates';
import { foreignUsd, microUsd, windowKeys } from '../reserve/windows.js';
import { RELEASE, SETTLE } from './settle-scripts.js';

/** What stays in flight of a permitted plan: signed USD and time; empty where no target bound it, so that no one needs it. */
export function leftInFlight({ decided_at, inputs, permit }: DecisionRecord): string {
  const { in_flight_usd: inFlightUsd, position_amt, mark_price_usd, side } = inputs;
  if (typeof inFlightUsd !== 'number' || !permit) return '';
  const heldUsd = Number(position_amt) === 0 ? 0 : Number(position_amt) * Number(mark_price_usd);
  const sign = signOf(side === 'buy' || side === 'sell' ? side : undefined) || (heldUsd + inFlightUsd < 0 ? -1 : 1);
  return `${sign * permit.computed_notional} ${decided_at}`;
}

/** Takes a plan out of its symbol's windows. */
export const releaseCommand = (planId: string, symbol: string): Command =>
  scriptCommand(RELEASE, windowKeys(symbol), [planId]);

/** Counts a plan with what its permit says. */
export const settleCommand = (record: DecisionRecord): Command =>
  scriptCommand(SETTLE, windowKeys(record.symbol), [
    record.plan_id,
    String(record.decided_at),
    microUsd(record.permit?.computed_notional ?? foreignUsd(record)),
    leftInFlight(record),
  ]);
