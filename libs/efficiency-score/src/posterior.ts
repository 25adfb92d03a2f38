import { effectivePeriods } from './effective-periods.js';
import { normalCdf } from './normal-cdf.js';
import type { ScoreRules } from './rules.js';
import type { Moments } from './state.js';

export interface Posterior {
  /** Probability that the mean return exceeds the hurdle, 0..1. */
  score: number;
  effectivePeriods: number;
  /** Mean and standard deviation of a period's return above the hurdle. */
  mean: number;
  sd: number;
}

/**
 * The posterior probability that the mean exceeds the hurdle, under the belief that Sharpe ratios of a period are
 * normal around 0 with variance 1 / n0:
 *
 *     score = Phi(z * sqrt(n_eff / (n_eff + n0))),  z = mean / sd * sqrt(n_eff)
 *
 * Without returns it is exactly 0.5.
 */
export function posteriorOf(moments: Moments | undefined, rules: ScoreRules): Posterior {
  if (moments === undefined) return { score: 0.5, effectivePeriods: 0, mean: 0, sd: rules.minSdPerPeriod };
  const periods = effectivePeriods(moments);
  const { mean } = moments;
  const sd = Math.max(Math.sqrt(Math.max(0, moments.squares / moments.weight)), rules.minSdPerPeriod);
  const z = (mean / sd) * Math.sqrt(periods);
  return {
    score: normalCdf(z * Math.sqrt(periods / (periods + rules.priorPeriods))),
    effectivePeriods: periods,
    mean,
    sd,
  };
}
