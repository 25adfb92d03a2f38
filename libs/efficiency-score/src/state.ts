/** State of the published formula (`p31_v1`). */
export interface P31State {
  /** EWMA of the absolute gain of a period, USD. */
  volatilityUsd: number;
  /** EWMA of the loss of a period, USD, >= 0. */
  lossUsd: number;
  /** Last known performance of P3.0, -1..1; 0 is neutral. */
  performance: number;
  /** Last known base target, USD, > 0. */
  targetUsd: number;
  /** Latest execution, unix seconds; undefined before the first. */
  lastExecutionSec: number | undefined;
}

/** Decayed moments of returns, as of the last measured period. The weight of that period is 1. */
export interface Moments {
  /** W: sum of the weights, >= 1. */
  weight: number;
  /** W2: sum of the squared weights. */
  squaredWeight: number;
  mean: number;
  /** Weighted sum of squared deviations from the mean. */
  squares: number;
  /** Wp: sum of the weights of pairs of neighbouring periods. */
  pairWeight: number;
  /** Mean of the later returns of the pairs. */
  laterMean: number;
  /** Mean of the earlier returns of the pairs. */
  earlierMean: number;
  /** Weighted sum of products of the pairs' deviations from these means. */
  pairProducts: number;
}

/** The last measured period. */
export interface LastMeasured {
  period: number;
  /** Its return above the hurdle. */
  excessReturn: number;
  /** Time of the oldest input, unix seconds. */
  oldestInputSec: number;
}

/** Everything that is known about a symbol after a period. */
export interface SymbolState {
  /** First period that was closed; coverage counts from here. */
  firstPeriod: number;
  /** Last period that was closed. */
  period: number;
  /** Position and price at the end of that period; undefined: unknown. */
  positionQty: number | undefined;
  priceUsd: number | undefined;
  /** Undefined until a period was measured. */
  measured: { readonly last: LastMeasured; readonly moments: Moments } | undefined;
  /** Sum of all gains, USD, and the greatest sum so far, >= 0. */
  gainUsd: number;
  peakGainUsd: number;
  /** EWMA of the chosen score, 0..1, from 0.5. */
  scoreEwma: number;
  p31: P31State;
}
