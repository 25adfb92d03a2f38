/** The value within its bounds; the lower bound for NaN, and for -0 where that is 0. */
export const clamp = (value: number, least: number, greatest: number): number =>
  value > least ? Math.min(value, greatest) : least;
