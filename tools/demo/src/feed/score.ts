import { median, type Measures } from './market.js';

/** Weight of the newest value in the running score. */
export const EWMA_ALPHA = 0.25;
/** Age of the inputs, minutes, at which confidence is one half. */
const HALF_CONFIDENCE_MINUTES = 20;
/** Minimum spread of returns. Below it the market is at rest, and no symbol is ahead of another. */
const MIN_SPREAD = 1e-5;
/** Makes the median absolute deviation comparable with a standard deviation. */
const MAD_TO_SIGMA = 1.4826;

export interface ScoreTerms {
  /** 0..2, 1 is the median of the universe. */
  performance: number;
  /** 0..1, 0.5 is the median of the universe. */
  volatility: number;
  /** 0..1, 0.5 is the median of the universe. */
  drawdown: number;
  /** Share of minutes without a price change, 0..1. */
  idle: number;
}

const clampUnit = (value: number): number => Math.min(Math.max(value, 0), 1);

/**
 * The terms of every symbol. Efficiency compares uses of the same capital, and symbols of one market rise and fall
 * together: so each measure is taken relative to the universe.
 * - performance: 2 * logistic(z), z = (return - median return) / (1.4826 * median absolute deviation);
 * - volatility and drawdown: own / (own + median), so the middle has 0.5;
 * - idle: the share itself.
 * A symbol in the middle of everything scores about 0.5; over a few dozen symbols scores span about 0.1 to 0.9.
 */
export function scoreTerms(universe: readonly Measures[]): ScoreTerms[] {
  const middleReturn = median(universe.map(({ totalReturn }) => totalReturn));
  const spread = MAD_TO_SIGMA * median(universe.map(({ totalReturn }) => Math.abs(totalReturn - middleReturn)));
  const middleVolatility = median(universe.map(({ volatility }) => volatility));
  const middleDrawdown = median(universe.map(({ drawdown }) => drawdown));
  return universe.map(({ totalReturn, volatility, drawdown, idle }) => ({
    performance: 2 / (1 + Math.exp(-(totalReturn - middleReturn) / Math.max(spread, MIN_SPREAD))),
    volatility: shareOf(volatility, middleVolatility),
    drawdown: shareOf(drawdown, middleDrawdown),
    idle,
  }));
}

const shareOf = (own: number, middle: number): number => (own === 0 ? 0 : own / (own + middle));

/** The score of some terms, 0..1: performance / (1 + 0.8 volatility + 1.2 drawdown + 0.6 idle), clamped. */
export const efficiencyScore = ({ performance, volatility, drawdown, idle }: ScoreTerms): number =>
  clampUnit(performance / (1 + 0.8 * volatility + 1.2 * drawdown + 0.6 * idle));

/** The running score, 0..1: the first value unchanged, then an exponentially weighted mean. */
export const smoothScore = (previous: number | undefined, score: number): number =>
  previous === undefined ? score : EWMA_ALPHA * score + (1 - EWMA_ALPHA) * previous;

/** Confidence of a score with inputs of this age in minutes: 1 when fresh, 0.5 at 20 minutes, never 0. */
export const confidenceOf = (inputAgeMinutes: number): number =>
  HALF_CONFIDENCE_MINUTES / (HALF_CONFIDENCE_MINUTES + Math.max(inputAgeMinutes, 0));
