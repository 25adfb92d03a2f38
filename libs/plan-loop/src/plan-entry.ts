import type { StreamEntry } from '@quantum/redis-io';
import type { Plan } from '@quantum/redis-schemas';

/** A plan and the stream entry that brought it. */
export interface PlanEntry {
  entry: StreamEntry;
  plan: Plan;
}

/** What has become of a batch. */
export interface Served {
  /** Ids that may be acknowledged. */
  done: readonly string[];
  /** Entries that are left pending by a fault that may pass: their delivery is not to count. */
  putOff: readonly StreamEntry[];
}
