import { clamp } from './clamp.js';
import type { Moments } from './state.js';

/** Most autocorrelation that is believed: n_eff loses at most a factor of 39. */
const MAX_AUTOCORRELATION = 0.95;

/**
 * r1: autocorrelation of neighbouring returns, 0..0.95. A negative one counts as 0, so that it never adds information.
 * 0 if the returns do not vary or there is no pair.
 */
export function autocorrelation({ weight, squares, pairWeight, pairProducts }: Moments): number {
  if (!(squares > 0) || !(pairWeight > 0)) return 0;
  return clamp(pairProducts / pairWeight / (squares / weight), 0, MAX_AUTOCORRELATION);
}

/** n_eff: the number of independent, equally weighted periods that tell as much, > 0. */
export function effectivePeriods(moments: Moments): number {
  const r1 = autocorrelation(moments);
  return ((moments.weight * moments.weight) / moments.squaredWeight) * ((1 - r1) / (1 + r1));
}
