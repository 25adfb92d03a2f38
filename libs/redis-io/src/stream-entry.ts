/** One entry of a stream. */
export interface StreamEntry {
  id: string;
  /** Flat `[field, value, ...]`, as the server stores it. */
  fields: string[];
  /** Number of deliveries, this one included. */
  deliveries: number;
  /** Size in bytes of an entry that is too large to read, more than 16 MiB. It has no `fields` then. */
  unreadBytes?: number;
}

/** Entries that disappeared from the stream without an acknowledgement. */
export interface StreamGap {
  count: number;
  /** Whether they disappeared before their delivery, or while pending. */
  when: 'undelivered' | 'pending';
  /** Undelivered: the last delivered id before them, empty if no longer known. Pending: the first. */
  from: string;
  /** Undelivered: the first remaining id after them, or the stream's last. Pending: the last. */
  to: string;
}

/** The position of a consumer. */
export interface ConsumerOptions {
  stream: string;
  group: string;
  /** This process's own name in the group. */
  consumer: string;
  /**
   * Hash in the stream's Cluster slot with the count of lost entries: `total`, `last_count`, `last_from`, `last_to`;
   * and `possibly_lost`, with the fields from which it is found.
   */
  lostKey?: string;
  /** Called once for each gap, by whichever consumer of the group detects it. */
  onGap?: (gap: StreamGap) => void;
  /**
   * Called with a number of entries that disappeared before their delivery, or were given to a consumer that ended
   * before it said so. On servers after Redis 7.0 this is how those are found that were added and trimmed while a read
   * waited.
   */
  onPossiblyLost?: (count: number) => void;
  /** How long entries must be missing before they are possibly lost, ms; default 10,000. */
  settleMs?: number;
  /** Called when the server does not permit the check for lost entries. Reading goes on. */
  onUncounted?: (error: Error) => void;
}
