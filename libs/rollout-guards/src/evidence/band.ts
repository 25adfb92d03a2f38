import log1p from '@stdlib/math-base-special-log1p';
import { logThreshold } from './verdict.js';

/** Sums of the hours that counted, for a band that people see. The e-values decide, not the band. */
export interface AdvantageSums {
  readonly hours: number;
  readonly meanBps: number;
  /** V: sum of squared deviations from the mean. */
  readonly squares: number;
}

export const NO_SUMS: AdvantageSums = { hours: 0, meanBps: 0, squares: 0 };

/** The sums with another hour, basis points (Welford). */
export function addToSums({ hours, meanBps, squares }: AdvantageSums, advantageBps: number): AdvantageSums {
  const next = meanBps + (advantageBps - meanBps) / (hours + 1);
  return { hours: hours + 1, meanBps: next, squares: squares + (advantageBps - meanBps) * (advantageBps - next) };
}

/** Tuned for a month or so: rho in units of the variance of an hour. */
const RHO_HOURS = 34;

/**
 * The mean advantage of an hour with an approximate band that holds at all times, basis points. Undefined below two
 * hours, or where all are equal. `alpha`: 0..1, both excluded.
 */
export function advantageBand(
  { hours, meanBps, squares }: AdvantageSums,
  alpha: number,
): { mean: number; low: number; high: number } | undefined {
  if (!(squares > 0)) return undefined;
  const rho = (RHO_HOURS * squares) / (hours - 1);
  const half = Math.sqrt((squares + rho) * (2 * logThreshold(alpha) + log1p(squares / rho))) / hours;
  return { mean: meanBps, low: meanBps - half, high: meanBps + half };
}
