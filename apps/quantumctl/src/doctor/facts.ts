import type { DecisionRecord, PlanFieldTexts } from '@quantum/redis-schemas';
import type { ParameterValues } from '@quantum/efficiency-policy';
import type { InputName } from './inputs.js';

/** A hash of another team, as it was read. */
export interface HashFacts {
  readonly key: string;
  readonly symbol: string;
  /** The fields that are present, of those that were asked for. */
  readonly fields: Readonly<Record<string, string>>;
  /** Undefined: it never expires. */
  readonly ttlSec: number | undefined;
}

/** An entry of a stream. */
export interface EntryFacts {
  readonly id: string;
  readonly fields: PlanFieldTexts;
}

/** A plan that was decided, and what is there of it now. */
export interface DecisionFacts {
  readonly record: DecisionRecord;
  /** Time to live of the permit; undefined where it is gone, or was never there. */
  readonly permitTtlSec: number | undefined;
  /**
   * Whether another team's permit of the plan exists (`p33:` or `p26:`), which an executor may take in place of ours.
   */
  readonly hasOtherPermit: boolean;
}

/** A Redis server. A field is undefined where the server does not say. */
export interface ServerFacts {
  readonly product: string;
  readonly version: string;
  readonly maxmemoryPolicy: string | undefined;
  readonly isAppendOnly: boolean | undefined;
  /** `save` of its configuration; empty: it never saves. */
  readonly save: string | undefined;
  readonly lastSaveSec: number | undefined;
  readonly unsavedChanges: number | undefined;
  readonly replicas: number | undefined;
  /** The master that this server copies; undefined: it is a master itself. */
  readonly master?: { readonly address: string; readonly isConnected: boolean } | undefined;
  /** `notify-keyspace-events`. */
  readonly notifications: string | undefined;
  /** How far our clock is ahead of the server's, seconds. */
  readonly aheadSec: number | undefined;
}

/** The plan stream. */
export interface PlanStreamFacts {
  readonly key: string;
  /** Empty: no entry. */
  readonly firstId: string;
  readonly groups: readonly { readonly name: string; readonly lastDeliveredId: string; readonly pending: number }[];
  /** Consumers of the group `governor`, with the time since their last command. */
  readonly consumers: readonly { readonly name: string; readonly idleSec: number; readonly pending: number }[];
  /** Fields of the hash that counts lost plans. */
  readonly lost: Readonly<Record<string, string>>;
}

/** A hash of parameters or limits that outputs carry, and what it means where Redis says it. */
export interface PolicyFacts {
  readonly hash: string;
  readonly parameters: ParameterValues | undefined;
}

/** Everything that the doctor looks at, read once. Lists of entries begin with the newest. */
export interface Facts {
  /** Redis time, unix seconds. */
  readonly nowSec: number;
  /** The Redis user that the doctor is connected as. */
  readonly user: string;
  readonly servers: readonly ServerFacts[];
  readonly hashes: Readonly<Record<InputName, readonly HashFacts[]>>;
  /** Keys that hold another type than they should. */
  readonly wrongTypes: readonly string[];
  /** What was not read, and why: the server denied it, or there is too much of it. */
  readonly unread: readonly Unread[];
  readonly plans: readonly EntryFacts[];
  readonly planStream: PlanStreamFacts | undefined;
  readonly results: readonly EntryFacts[];
  readonly scoreEntries: readonly EntryFacts[];
  readonly proposals: readonly EntryFacts[];
  readonly decisions: readonly DecisionFacts[];
  /** Texts of the kill switches by key, and of the disarm latches; null: absent, undefined: it was not read. */
  readonly switches: readonly { readonly key: string; readonly text: string | null | undefined }[];
  /** Time of the proposer's last whole cycle, unix seconds; undefined: none is known. */
  readonly lastCycleSec: number | undefined;
  readonly policies: readonly PolicyFacts[];
}

/** Something that was not read. `isDenied`: a right is missing. */
export interface Unread {
  readonly what: string;
  readonly why: string;
  readonly isDenied: boolean;
}
