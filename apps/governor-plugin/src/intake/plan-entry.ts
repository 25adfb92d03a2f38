import type { Candidate } from '@quantum/decisions';
import type { StreamEntry } from '@quantum/redis-io';
import type { DeadletterReason, Plan } from '@quantum/redis-schemas';

/** A plan and the stream entry that brought it. */
export interface PlanEntry {
  entry: StreamEntry;
  plan: Plan;
}

/** A plan that is not decided yet, with what was read for it. */
export type OpenPlan = Candidate<StreamEntry>;

/** An entry that no one can serve, and why. */
export interface DeadLetter {
  entry: StreamEntry;
  reason: DeadletterReason;
  error: string;
}

/** What has become of a batch. */
export interface Served {
  /** Ids that may be acknowledged. */
  done: readonly string[];
  /** Entries that are left pending by a fault that may pass: their delivery is not to count. */
  putOff: readonly StreamEntry[];
}
