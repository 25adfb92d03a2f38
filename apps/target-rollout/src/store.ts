import { fenceOf, runFenced, type Lease, type Redis } from '@quantum/redis-io';
import { ROLLOUT_AUDIT_STREAM, ROLLOUT_EPOCH_KEY, ROLLOUT_PERIOD_KEY, ROLLOUT_STATE_KEY } from '@quantum/redis-schemas';
import type { PeriodTexts, SlotRead, StateTexts } from './read-slot.js';
import { STORE } from './scripts.js';

/** Time to live of the last cycle, seconds: longer than a lease. */
const LAST_CYCLE_TTL_SEC = 60;

/** What a cycle writes into the slot of the epoch. */
export interface Stored {
  state: StateTexts;
  period: PeriodTexts;
  /** The epoch that is to be from now on; undefined: it stays. */
  newEpoch: number | undefined;
  /** Entries, each as a flat list of fields. */
  audit: readonly (readonly string[])[];
}

/** Redis has another epoch or another audit entry than was read. */
export class ChangedError extends Error {
  override name = 'ChangedError';
  readonly what: 'epoch' | 'audit';
  constructor(what: 'epoch' | 'audit') {
    super(`the ${what} changed while the cycle decided: nothing was written, the next one decides anew`);
    this.what = what;
  }
}

/**
 * Writes all of it, or nothing.
 * @throws ShardRefusedError without the lease; ChangedError; BatchError, or the error of Redis.
 */
export async function storeCycle(redis: Redis, lease: Lease, read: SlotRead, stored: Stored): Promise<void> {
  const fence = fenceOf(lease, Math.floor(read.nowSec), LAST_CYCLE_TTL_SEC);
  const [state, period] = [Object.entries(stored.state).flat(), Object.entries(stored.period).flat()];
  const [status, what] = await runFenced(
    redis,
    lease,
    STORE,
    [...fence.keys, ROLLOUT_STATE_KEY, ROLLOUT_EPOCH_KEY, ROLLOUT_PERIOD_KEY, ROLLOUT_AUDIT_STREAM],
    [
      ...fence.args,
      read.epochText,
      stored.newEpoch ?? '',
      read.audit?.id ?? '',
      state.length,
      period.length,
      ...state,
      ...period,
      ...stored.audit.flatMap((fields) => [fields.length, ...fields]),
    ],
  );
  if (status === 'changed') throw new ChangedError(what as 'epoch' | 'audit');
}
