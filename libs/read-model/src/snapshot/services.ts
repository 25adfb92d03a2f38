/**
 * State of a service. With a probe: `ready`, `not_ready` or `unreachable`. By Redis alone: `alive` where it has left a
 * sign of life lately, `silent` where it did so before, `absent` where it never did, `unknown` where Redis does not
 * say.
 */
export const SERVICE_STATES = ['ready', 'not_ready', 'unreachable', 'alive', 'silent', 'absent', 'unknown'] as const;
export type ServiceState = (typeof SERVICE_STATES)[number];

/** A service of this project. */
export interface ServiceRow {
  /** As deployed: `quantum-<name>` is its unit. */
  readonly name: string;
  readonly state: ServiceState;
  /** Why it is not ready or not known, or its remark (`standby`); mostly empty. */
  readonly why: string;
  /** Number of live processes by Redis; null: Redis does not say. */
  readonly instances: number | null;
  /** Time of its last cycle, or when it last read a plan where no process is known to live, unix seconds. */
  readonly lastSec: number | null;
  /** Entries of the plan stream that its group has not read, and that it has read and not acknowledged. */
  readonly lagEntries: number | null;
  readonly pendingEntries: number | null;
}

/** The server, as the reader's connection sees it. */
export interface RedisFacts {
  readonly isAnswering: boolean;
  /** Since when it does not answer, unix seconds by the reader's clock; null: it answers. */
  readonly awaySinceSec: number | null;
  /** Why it does not answer; mostly empty. */
  readonly why: string;
  /** The part of a Cluster that does not answer, where the rest does; mostly empty. */
  readonly partAway: string;
  /** `Redis` or `Valkey`, and its version; empty: not known. */
  readonly product: string;
  readonly version: string;
  /** `master` or `replica`; empty: not known. */
  readonly role: string;
  readonly replicas: number | null;
  /** `maxmemory-policy`; empty: not known. */
  readonly evictionPolicy: string;
}
