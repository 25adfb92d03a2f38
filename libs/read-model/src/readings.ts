/** A stream entry as read: its fields as a flat `[field, value, ...]` list. */
export interface Entry {
  readonly id: string;
  readonly fields: readonly string[];
}

/** Entries of the audit stream of an operator. */
export interface AuditReading {
  /** The Redis user that alone may write the stream. */
  readonly user: string;
  readonly entries: readonly Entry[];
}

/** The values of an HMGET in the order of its fields; `unreadable`: another type, or no permission. */
export type Values = readonly (string | null)[] | 'unreadable';

/** Polled keys of a symbol. */
export interface SymbolReading {
  readonly symbol: string;
  /** `POSITION_FIELDS` of its position. */
  readonly position: Values;
  /** `MULTIPLIER_FIELDS` of its published multiplier. */
  readonly multiplier: Values;
}

/** A kill switch, or the disarm latch. */
export interface SwitchReading {
  readonly key: string;
  /** Null: absent; undefined: it cannot be read. */
  readonly value: string | null | undefined;
  /** As PTTL has it: -1: it does not expire. */
  readonly leftMs: number;
}

/** What Redis has of a rollout. Null: absent; undefined: it cannot be read. */
export interface RolloutReading {
  readonly epoch: string | null | undefined;
  readonly state: string | null | undefined;
  readonly desk: string | null | undefined;
  /** Whose approvals count. */
  readonly users?: string | null | undefined;
  readonly memories: string | null | undefined;
  readonly cycle: string | null | undefined;
  /** Texts by hash of the plans of `rolloutPlansToRead`, where Redis has them. */
  readonly plans: ReadonlyMap<string, string>;
}

/** Signs of life that a service leaves in Redis. */
export interface SignReading {
  /** Its folder in apps/. */
  readonly app: string;
  /** Live processes; null: Redis does not say. */
  readonly instances: number | null;
  /** Whether it has ever run on this Redis. */
  readonly hasRun: boolean;
  /**
   * Time of its last cycle, or of its last read where no process is known to live, unix seconds; null: none is known.
   */
  readonly lastSec: number | null;
  readonly lagEntries: number | null;
  readonly pendingEntries: number | null;
  /** The part of a Cluster that holds them does not answer: nothing else is known. */
  readonly isAway?: true;
}

/** What a service answered to `/readyz`. */
export interface ProbeReading {
  readonly app: string;
  /** HTTP status; null: it did not answer, and `text` says why. */
  readonly status: number | null;
  readonly text: string;
}

/** The server. */
export interface ServerReading {
  readonly product: string;
  readonly version: string;
  readonly role: string;
  readonly replicas: number | null;
  readonly evictionPolicy: string;
}

/** A text that a hash names, from `quantum:policy:parameters` or `quantum:governor:limits`. */
export interface PolicyReading {
  readonly hash: string;
  readonly isLimits: boolean;
  /** Null: Redis has none. */
  readonly text: string | null;
}

/** A service that this system has: its name as deployed, and its folder in apps/. */
export interface KnownService {
  readonly name: string;
  readonly app: string;
  /** Whether it is missed where it leaves no sign of life: it is installed without being asked for by name. */
  readonly isExpected: boolean;
}

/**
 * All that one cycle has read. A part that was not read this time is absent, and changes nothing. Entries of a stream
 * may come in any order within a cycle; no id comes twice.
 */
export interface CycleReadings {
  /** Redis time where it answers, else the reader's, unix seconds. */
  readonly nowSec: number;
  /** From when on this reader has read streams, unix seconds. */
  readonly fromSec?: number;
  /** Why Redis does not answer; then all that needs Redis is absent. */
  readonly away?: string;
  /** Why a part of a Cluster does not answer, where the rest does. */
  readonly partAway?: string;
  readonly server?: ServerReading;
  readonly proposals?: readonly Entry[];
  readonly scores?: readonly Entry[];
  readonly plans?: readonly Entry[];
  readonly events?: readonly Entry[];
  readonly evidence?: readonly Entry[];
  readonly rolloutAudit?: readonly Entry[];
  /** No user comes twice. */
  readonly operatorAudits?: readonly AuditReading[];
  /** Streams from which entries were trimmed before they were read. */
  readonly gaps?: readonly string[];
  /** Texts of the decision records of `plansToRead`; null: absent. */
  readonly records?: ReadonlyMap<string, string | null>;
  /** The `last_cycle` hash of the proposer. */
  readonly lastCycle?: Readonly<Record<string, string>>;
  readonly symbols?: readonly SymbolReading[];
  readonly switches?: readonly SwitchReading[];
  readonly rollout?: RolloutReading;
  readonly signs?: readonly SignReading[];
  readonly probes?: readonly ProbeReading[];
  readonly policies?: readonly PolicyReading[];
}
