/** One entry of a stream. */
export interface StreamEntry {
  id: string;
  /** Flat `[field, value, ...]`, as the server has it. */
  fields: string[];
  /** How often it has been delivered, this time included. */
  deliveries: number;
  /** Set where the entry is too large to be read, more than 16 MiB: its bytes. It has no `fields` then. */
  unreadBytes?: number;
}

/** Entries that are gone from the stream without having been acknowledged. */
export interface Loss {
  count: number;
  /** Whether they were gone before anyone was given them, or while someone had them. */
  when: 'undelivered' | 'pending';
  /** Undelivered: the last id that was delivered before them, empty where that is not known any more. Pending: the first. */
  from: string;
  /** Undelivered: the first id that is left after them, or the stream's last. Pending: the last. */
  to: string;
}

/** Where a consumer reads. */
export interface ConsumerOptions {
  stream: string;
  group: string;
  /** This process's own name in the group. */
  consumer: string;
  /** Hash in the stream's slot that keeps count of lost entries: `total`, `last_count`, `last_from`, `last_to`. */
  lostKey?: string;
  /** Told of entries that are lost, of each once, whichever consumer of the group it is that finds out. */
  onLost?: (loss: Loss) => void;
  /** Told when the server does not let us find out what is lost. Reading goes on. */
  onUncounted?: (error: Error) => void;
}
