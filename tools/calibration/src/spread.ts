import { mulberry32 } from '@quantum/testbed';
import erfc from '@stdlib/math-base-special-erfc';
import type { ScoreRules } from '@quantum/efficiency-score';
import type { Noise } from './noise.js';
import { simulate } from './simulate.js';

/** Scores of symbols of one kind. */
export interface Spread {
  /** Quantiles of the score. */
  low: number;
  median: number;
  high: number;
  /** Share of scores below the threshold for hints, 0.45. */
  belowThreshold: number;
  /** The same of the probabilistic Sharpe ratio, Phi(z), without a prior. */
  belowThresholdWithoutPrior: number;
  /** Mean confidence, and mean n_eff. */
  confidence: number;
  effectivePeriods: number;
}

const THRESHOLD = 0.45;

/** Scores of symbols with the same true Sharpe ratio per day, each with noise of its own. */
export function spreadOf(
  rules: ScoreRules,
  periods: number,
  sharpePerDay: number,
  noise: Noise,
  symbols: number,
  seed: number,
): Spread {
  const random = mulberry32(seed);
  const all = Array.from({ length: symbols }, () => simulate({ rules, periods, sharpePerDay, noise: noise(random) }));
  const scores = all.map(({ score }) => score).sort((a, b) => a - b);
  const quantile = (share: number): number => scores[Math.floor(share * (symbols - 1))] ?? NaN;
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / symbols;
  const isBelow = (score: number): number => (score < THRESHOLD ? 1 : 0);
  return {
    low: quantile(0.05),
    median: quantile(0.5),
    high: quantile(0.95),
    belowThreshold: mean(scores.map(isBelow)),
    belowThresholdWithoutPrior: mean(
      all.map(({ meanBpsPerDay, sdBpsPerDay, effectivePeriods }) => {
        const days = effectivePeriods / rules.periodsPerDay;
        return isBelow(0.5 * erfc((-meanBpsPerDay / sdBpsPerDay) * Math.sqrt(days / 2)));
      }),
    ),
    confidence: mean(all.map(({ confidence }) => confidence)),
    effectivePeriods: mean(all.map(({ effectivePeriods }) => effectivePeriods)),
  };
}
