import type { Candidate } from '@quantum/decisions';
import type { DeadletterReason } from '@quantum/metrics';
import type { StreamEntry } from '@quantum/redis-io';

/** A plan that is not decided yet, with what was read for it. */
export type UndecidedPlan = Candidate<StreamEntry>;

/** An entry that no one can serve, and why. */
export interface DeadLetter {
  entry: StreamEntry;
  reason: DeadletterReason;
  error: string;
}
