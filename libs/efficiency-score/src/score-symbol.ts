import type { CapitalPressure } from './capital-pressure.js';
import type { ScoreRules } from './rules.js';
import type { SymbolState } from './state.js';

/** What a cycle knows beyond the state. */
export interface CycleInputs {
  /** The cycle's time, unix seconds. */
  nowSec: number;
  /** R: the base target, USD; undefined: unknown. */
  reservedUsd: number | undefined;
  /** P3.0's performance factor, -1..1; undefined: unknown. */
  performance: number | undefined;
  /** Latest execution so far, unix seconds; undefined: none is known. */
  lastExecutionSec: number | undefined;
}

/** The scores of a symbol, and the numbers that explain them. All are finite. */
export interface SymbolScore {
  /** The score of the chosen model, 0..1; 0.5 is neutral. */
  score: number;
  scorePosterior: number;
  scoreP31V1: number;
  /** 0..1. */
  confidence: number;
  /** Effective number of measured periods, >= 0. */
  effectivePeriods: number;
  /** Decayed share of the periods that were measured, 0..1. */
  coverage: number;
  /** 1: the inputs are at most a period old; 0: they are stale. */
  freshness: number;
  /** Mean of the returns above the hurdle, basis points a day. */
  meanBpsPerDay: number;
  /** Their standard deviation, basis points a day. */
  sdBpsPerDay: number;
  /** Distance of the sum of gains from its peak, USD, >= 0. */
  drawdownUsd: number;
  /** Time since the latest execution, seconds, >= 0; 0 before the first. */
  idleSec: number;
  scoreEwma: number;
  capitalPressure: CapitalPressure;
  /** -1..1. */
  reallocationWeight: number;
}

/** Scores a symbol at a time. `state` is undefined for a symbol without a closed period: score 0.5, confidence 0. */
export declare function scoreSymbol(
  state: SymbolState | undefined,
  inputs: CycleInputs,
  rules: ScoreRules,
): SymbolScore;
