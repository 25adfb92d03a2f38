import type { DecisionRecord } from '@quantum/redis-schemas';
import type { History } from './history.js';

/** Maximum lead of a governor's clock over Redis' clock, seconds: an event may be as much older than its decision. */
export const AHEAD_SEC = 2;
/** Blocks, stamps and the entries of windows live for an hour, seconds. */
const KEPT_SEC = 3600;

/** Whether the block, the stamp or the entry of a window that a decision left may be gone from the history. */
export const mayHaveExpired = (
  { decided_at: atSec }: Pick<DecisionRecord, 'decided_at'>,
  { readSec }: Pick<History, 'readSec'>,
): boolean => atSec - AHEAD_SEC + KEPT_SEC <= readSec;
