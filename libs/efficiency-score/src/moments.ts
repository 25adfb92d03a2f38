import type { Moments } from './state.js';

/** A return that follows on others. */
export interface NextReturn {
  excessReturn: number;
  /** The return of the period right before; undefined if that period was missing, so that there is no pair. */
  previous: number | undefined;
  /** Share of the older weights that is left, 0..1. */
  remaining: number;
}

/**
 * Adds a return of weight 1 to decayed moments. They are kept around their means (West 1979), not as sums of powers: a
 * mean that is large beside the deviations, such as a high hurdle, costs no digits.
 */
export function addReturn(moments: Moments | undefined, { excessReturn, previous, remaining }: NextReturn): Moments {
  const last = moments ?? NO_RETURNS;
  const weight = remaining * last.weight + 1;
  const deviation = excessReturn - last.mean;
  const mean = last.mean + deviation / weight;
  return {
    weight,
    squaredWeight: remaining * remaining * last.squaredWeight + 1,
    mean,
    // After 50 half-lives, rounding may put the mean beyond the return. decodeState refuses a negative sum.
    squares: Math.max(0, remaining * last.squares + deviation * (excessReturn - mean)),
    ...addPair(last, excessReturn, previous, remaining),
  };
}

type Pairs = Pick<Moments, 'pairWeight' | 'laterMean' | 'earlierMean' | 'pairProducts'>;

/**
 * Pairs have means of their own. With the mean of all returns in their place, the autocorrelation would change when a
 * constant is added to every return, and a higher gain could lower a score.
 */
function addPair(last: Moments, later: number, earlier: number | undefined, remaining: number): Pairs {
  const decayed = remaining * last.pairWeight;
  // + 0: a product that underflows must not leave -0, which no text keeps.
  const products = remaining * last.pairProducts + 0;
  const { laterMean, earlierMean } = last;
  if (earlier === undefined) return { pairWeight: decayed, laterMean, earlierMean, pairProducts: products };
  const pairWeight = decayed + 1;
  const deviation = later - laterMean;
  const nextEarlierMean = earlierMean + (earlier - earlierMean) / pairWeight;
  return {
    pairWeight,
    laterMean: laterMean + deviation / pairWeight,
    earlierMean: nextEarlierMean,
    pairProducts: products + deviation * (earlier - nextEarlierMean),
  };
}

const NO_RETURNS: Moments = {
  weight: 0,
  squaredWeight: 0,
  mean: 0,
  squares: 0,
  pairWeight: 0,
  laterMean: 0,
  earlierMean: 0,
  pairProducts: 0,
};
