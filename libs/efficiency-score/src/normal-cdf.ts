import erfc from '@stdlib/math-base-special-erfc';

/**
 * Phi: the distribution function of the standard normal distribution, 0..1; exactly 0.5 at 0. This erfc computes with
 * additions, multiplications and divisions alone, and so gives the same bits on every machine. `Math.exp` does not.
 */
export const normalCdf = (z: number): number => 0.5 * erfc(-z * Math.SQRT1_2);
