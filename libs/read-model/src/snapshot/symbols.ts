/** A score at a minute: unix time in minutes, and the score, 0..1; null: none was readable. */
export type ScorePoint = readonly [epochMin: number, score: number | null];

/** What is known of a symbol. A number that is absent or unreadable is null. */
export interface SymbolRow {
  readonly symbol: string;
  /** Base target and proposed target, USD. */
  readonly baseUsd: number | null;
  readonly proposedUsd: number | null;
  /** Proposed over base. */
  readonly multiplier: number | null;
  /** The formula's own, before smoothing and budget. */
  readonly rawMultiplier: number | null;
  /** Factor of the budget on the distance from 1; 1: no effect. */
  readonly budgetScale: number | null;
  /** Efficiency score and its confidence, 0..1. */
  readonly score: number | null;
  readonly confidence: number | null;
  /** Code of the proposal's reason; empty without a proposal. */
  readonly reason: string;
  /** Hash of the parameters that decided the proposal. */
  readonly policy: string;
  /** Time of the last proposal, unix seconds, once it is older than `PROPOSAL_STALE_SEC`; null: it is not. */
  readonly staleSinceSec: number | null;
  /**
   * Of the efficiency brain's last decision: score and confidence, 0..1, effective number of measured periods, and
   * their share, 0..1.
   */
  readonly brainScore: number | null;
  readonly brainConfidence: number | null;
  readonly effectivePeriods: number | null;
  readonly coverage: number | null;
  /** Multiplier that a rollout enforces; exactly 1 unless `effectiveWhy` is `ok`. Null: not read yet. */
  readonly effectiveMultiplier: number | null;
  /** Code of why that multiplier counts or does not, of `MULTIPLIER_VERDICTS`. */
  readonly effectiveWhy: string;
  /** Signed amount in units of the asset, its mark price, and its signed value where that price is fresh, USD. */
  readonly positionAmount: number | null;
  readonly markPriceUsd: number | null;
  readonly positionUsd: number | null;
  /** Scores of the last hour, newest first: the last one of a minute, and only where it changed. */
  readonly scores: readonly ScorePoint[];
}

/** Proposals of a whole cycle. */
export interface ProposalCycle {
  /** Time of the cycle, unix seconds. */
  readonly atSec: number;
  readonly durationSec: number;
  /** Longest cycle, and number of cycles, since this model began to read. */
  readonly worstDurationSec: number;
  readonly cycles: number;
  readonly symbols: number;
  readonly proposed: number;
  readonly skipped: number;
  /** Proposals by reason, and skipped symbols by reason; only those above 0. */
  readonly reasons: Readonly<Record<string, number>>;
  readonly skippedReasons: Readonly<Record<string, number>>;
}
