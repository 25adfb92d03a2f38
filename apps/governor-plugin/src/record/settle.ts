import { leftInFlight } from '@quantum/decisions';
import { scriptCommand, type Command } from '@quantum/redis-io';
import type { DecisionRecord } from '@quantum/redis-schemas';
import { foreignUsd, microUsd, windowKeys } from '../reserve/windows.js';
import { RELEASE, SETTLE } from './settle-scripts.js';

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
