import { capitalPressure, reallocationWeight, type CapitalPressure } from './capital-pressure.js';
import { confidenceOf, coverageOf, freshnessOf } from './confidence.js';
import { idleSecOf, lossShareOf, NEW_P31_STATE, p31Score, type P31Inputs, withInputs } from './p31-v1.js';
import { posteriorOf } from './posterior.js';
import type { ScoreRules } from './rules.js';
import type { SymbolState } from './state.js';

/** What a cycle knows beyond the state. */
export interface CycleInputs extends P31Inputs {
  /** The cycle's time, unix seconds. */
  nowSec: number;
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

const BPS_PER_UNIT = 1e4;

/** Scores a symbol at a time. `state` is undefined for a symbol without a closed period: score 0.5, confidence 0. */
export function scoreSymbol(state: SymbolState | undefined, inputs: CycleInputs, rules: ScoreRules): SymbolScore {
  const { nowSec } = inputs;
  const { parameters, periodsPerDay } = rules;
  const posterior = posteriorOf(state?.measured?.moments, rules);
  const p31 = withInputs(state?.p31 ?? NEW_P31_STATE, inputs, nowSec, rules);
  const scoreP31V1 = p31Score(p31, nowSec);
  const coverage = state === undefined ? 0 : coverageOf(state, rules);
  const freshness = state?.measured ? freshnessOf(state.measured.last.oldestInputSec, nowSec, rules) : 0;
  const confidence = confidenceOf(posterior.effectivePeriods, coverage, freshness, rules);
  const scoreEwma = state?.scoreEwma ?? 0.5;
  return {
    score: parameters.model === 'posterior' ? posterior.score : scoreP31V1,
    scorePosterior: posterior.score,
    scoreP31V1,
    confidence,
    effectivePeriods: posterior.effectivePeriods,
    coverage,
    freshness,
    meanBpsPerDay: posterior.mean * periodsPerDay * BPS_PER_UNIT,
    sdBpsPerDay: posterior.sd * Math.sqrt(periodsPerDay) * BPS_PER_UNIT,
    drawdownUsd: state === undefined ? 0 : state.peakGainUsd - state.gainUsd,
    idleSec: idleSecOf(p31, nowSec),
    scoreEwma,
    capitalPressure: capitalPressure(scoreEwma, confidence, lossShareOf(p31)),
    reallocationWeight: reallocationWeight(scoreEwma, confidence),
  };
}
