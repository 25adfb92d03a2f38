import type { DecisionRow, Totals } from './decisions.js';
import type { RolloutView } from './rollout.js';
import type { RedisFacts, ServiceRow } from './services.js';
import type { ProposalCycle, SymbolRow } from './symbols.js';

/** Age from which a proposal counts as stale, seconds: six cycles of the proposer. */
export const PROPOSAL_STALE_SEC = 60;
/** Scores are kept for this long, minutes. */
export const SCORE_HISTORY_MIN = 60;
/** A symbol without a proposal for this long is forgotten, seconds. */
export const FORGET_SEC = 3600;
/** Number of symbols, decisions and incidents that are kept. */
export const MAX_SYMBOLS = 20_000;
export const MAX_DECISIONS = 200;
export const MAX_INCIDENTS = 100;

/** A switch that operators or guards set. */
export interface SwitchRow {
  readonly key: string;
  /** `unreadable`: the key has another type, or may not be read; gates refuse then. */
  readonly state: 'off' | 'on' | 'unreadable';
  /** Value as read, cut; empty where it is absent. */
  readonly value: string;
  /** When it ends by itself, unix seconds; null: it does not. */
  readonly untilSec: number | null;
}

export const INCIDENT_KINDS = [
  'dead_letter',
  'disarm',
  'kill_switch',
  'operator',
  'plans_lost',
  'foreign_permit',
  'policy',
  'rollout',
  'redis',
] as const;
export type IncidentKind = (typeof INCIDENT_KINDS)[number];

/** Something that an operator wants to know of afterwards. */
export interface IncidentRow {
  /** Unique: the stream and the entry's id, or what changed and when. */
  readonly id: string;
  readonly atSec: number;
  readonly kind: IncidentKind;
  /** Empty where none is concerned. */
  readonly symbol: string;
  readonly planId: string;
  /** What happened, in a sentence. */
  readonly words: string;
}

/** A set of parameters, or the limits of the gates, that decides now. */
export interface PolicyRow {
  readonly hash: string;
  /** What it decides: `proposal`, `hint`, `score` or `limits`. */
  readonly decides: string;
  /** Values by the name of their variable; none where Redis has no text of the hash. */
  readonly parameters: Readonly<Record<string, number | string | boolean>>;
  /** Symbols whose last proposal it decided; 0 for what decides no proposal. */
  readonly symbols: number;
}

/** Something that is unhealthy. */
export interface Problem {
  /** Part of the system: a service's name, `redis`, `rollout`, `switches`, `proposals`, `plans`. */
  readonly where: string;
  /** What is wrong, and what to do. */
  readonly words: string;
}

/**
 * Everything that the views show, at one moment. JSON has it as it is, `symbols` aside: what is absent is null, and no
 * number is NaN or infinite. It has no age: a view computes ages from its own clock, so that a cycle without news
 * changes nothing.
 */
export interface Snapshot {
  /** Counts changes: two snapshots of one model are equal where it is. */
  readonly number: number;
  readonly redis: RedisFacts;
  readonly services: readonly ServiceRow[];
  /** The last whole cycle of proposals; null before the first. */
  readonly cycle: ProposalCycle | null;
  readonly symbols: ReadonlyMap<string, SymbolRow>;
  /** Newest first. */
  readonly decisions: readonly DecisionRow[];
  readonly totals: Totals;
  readonly switches: readonly SwitchRow[];
  /** Null before it was read. */
  readonly rollout: RolloutView | null;
  /** Newest first. */
  readonly incidents: readonly IncidentRow[];
  readonly policies: readonly PolicyRow[];
  /** Empty: all is well. */
  readonly problems: readonly Problem[];
}
