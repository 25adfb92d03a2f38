import expm1 from '@stdlib/math-base-special-expm1';

/**
 * Share of a weight that a number of periods takes: 1 - 2^(-periods / halflife), 0..1. Accurate also for a tiny share,
 * and the same bits on every machine, as `Math.pow` is not.
 */
export const forgottenShare = (periods: number, halflifePeriods: number): number =>
  -expm1(-(periods / halflifePeriods) * Math.LN2);

/** Share of a weight that is left after a number of periods: L^periods, with L = 2^(-1 / halflife). */
export const remainingShare = (periods: number, halflifePeriods: number): number =>
  1 - forgottenShare(periods, halflifePeriods);
