import type { RolloutDirection } from '@quantum/redis-schemas';
import type { EProcess } from './evidence/e-process.js';

/** A symbol in a cycle, before anything is published. What is unknown is undefined. */
export interface SymbolRow {
  symbol: string;
  /** Base target, USD. */
  baseUsd: number | undefined;
  /** Whether a multiplier would be published for it. */
  enforced: boolean;
  /** The multiplier that would be in effect after this cycle, and the one that is in effect; 1 if absent. */
  multiplier: number;
  before: number;
  /** The multiplier at the blend that the state moves to, where the symbol is on its way there. */
  atStateBlend?: number;
  /** Whether the reason of its proposal is `ok`. */
  reasonOk: boolean;
  /** Ages of score, base target and price, seconds. One that is missing now keeps its last time and ages on. */
  scoreAgeSec: number | undefined;
  baseAgeSec: number | undefined;
  priceAgeSec: number | undefined;
}

/** Caps of the plan on the distance from the base, absolute USD. */
export interface ExposureCaps {
  totalUsd: number;
  /** By symbol; a symbol without one has `symbolUsd`. */
  symbolUsd: number;
  bySymbolUsd: ReadonlyMap<string, number>;
  clusters: readonly { name: string; symbols: readonly string[]; capUsd: number }[];
}

/** A position that follows an effective target. */
export interface TrackedPosition {
  symbol: string;
  /** Size of the position, USD, >= 0. */
  positionUsd: number | undefined;
  /** Its effective target as it was half an hour ago, USD; undefined if it was not enforced then. */
  effectiveUsd: number | undefined;
}

/** Whether the base of a row is known. */
export const hasBase = (row: SymbolRow): row is SymbolRow & { baseUsd: number } => Number.isFinite(row.baseUsd);

/**
 * State outside of the rollout. `unreadable`: wrong type or no permission. `no_answer`: no connection. `invalid`: not
 * the agreed text.
 */
export type OutsideState = 'off' | 'on' | 'unreadable' | 'no_answer' | 'invalid';

/** What every guard gets. Time is an input: the same input gives the same findings. Undefined: unknown. */
export interface GuardInput {
  /** Time of the cycle by Redis' clock, unix seconds. */
  nowSec: number;
  /** Of the stage. */
  direction: RolloutDirection;
  /** Maximum of the stage's blend and the published one, 0..1. */
  blend: number;
  /** Days that the stage bakes at least. */
  stageDays: number;
  /** Every symbol with a base target. */
  symbols: readonly SymbolRow[];
  /** The symbols that the stage enforces, without those that are excluded. */
  cohort: ReadonlySet<string>;
  caps: ExposureCaps;
  /** Cost of a traded USD, basis points. */
  costBps: number;
  /** Sum over the last 24 hours, before this cycle, of the turnover of multipliers, divided by the base. */
  turnoverDay: number | undefined;
  /**
   * Gain of the effective book above the base book since the stage began, of the cohort's base. `blend`: while that of
   * a higher stage comes down to the stage's, where it came from.
   */
  relative:
    | { fallBps: number; sdBpsPerSqrtDay: number | undefined; periods: number; asOfSec: number; blend?: number }
    | undefined;
  /**
   * What a unit of the book is worth, and its high, USD: a flow changes the number of units. In entries of earlier
   * versions: the value net of flows, its high, and the equity.
   */
  book: { valueUsd: number; highUsd: number; equityUsd?: number | undefined; asOfSec: number } | undefined;
  /** The test for harm since the stage began, and its alpha. */
  harm: { process: EProcess; alpha: number; asOfSec: number } | undefined;
  positions: readonly TrackedPosition[] | undefined;
  /** Of the last hour: cycles that were due and published, and of these the symbols that were due and enforced. */
  hour: { due: number; published: number; symbolsDue: number; symbolsEnforced: number } | undefined;
  /** Of the own last cycle and what surrounds it. A count that is not known is NaN. */
  integrity:
    | { replayed: number; different: number; unknownPolicies: number; foreignWrites: number; clockSkewSec: number }
    | undefined;
  /** Of the last hour: changes of direction of the multipliers, and hours summed over the symbols. */
  oscillation: { changes: number; symbolHours: number } | undefined;
  outside: { killSwitch: OutsideState; disarmLatch: OutsideState; budgetViolation: OutsideState };
}
