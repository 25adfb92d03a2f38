import type { RolloutPlan, RolloutState } from '@quantum/rollout-plan';

/** A symbol as a cycle finds it. What is unknown or not fresh is undefined. */
export interface MarketSymbol {
  /** Base target, USD, >= 0. */
  baseUsd: number | undefined;
  /** Multiplier of its proposal as read, >= 0. */
  multiplier: number | undefined;
  /** Position, USD, its sign the side; 0: flat. */
  positionUsd: number | undefined;
  /** Fresh mark, USD, > 0. */
  priceUsd: number | undefined;
  /** Multiplier that is in effect now, >= 0; 1 where none is. */
  effective: number;
}

/** What a cycle finds before it decides anything. */
export interface CycleMarket {
  /** Redis time, unix seconds. */
  nowSec: number;
  /** Hash of the policy that the proposals carry; undefined: unknown. */
  policy: string | undefined;
  symbols: ReadonlyMap<string, MarketSymbol>;
  /** The symbols that the stage enforces, without those that are excluded. */
  cohort: ReadonlySet<string>;
  /** Value of the whole book, and deposits minus withdrawals since any fixed day, USD. */
  equityUsd?: number | undefined;
  netFlowsUsd?: number | undefined;
}

/** What a cycle knows of the rollout before it decides anything. */
export interface FoldContext {
  /** The plan that runs; where none does, the plan whose evidence is gathered. */
  plan: RolloutPlan;
  /** Its `planHash`. */
  hash: string;
  /** The state that the last cycle led to, after the commands of this one. */
  state: RolloutState;
  /** Interval of cycles, seconds. */
  intervalSec: number;
  /** What the last cycle published, whether it published at all. */
  published: ReadonlyMap<string, number>;
  wasPublished: boolean;
}

/** Whether the plan of this context runs: its stages, not only its evidence. */
export const isRunning = ({ state, hash }: Pick<FoldContext, 'state' | 'hash'>): boolean => state.plan === hash;
