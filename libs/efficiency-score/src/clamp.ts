/** The value within its bounds; the lower bound for NaN. */
export const clamp = (value: number, least: number, greatest: number): number =>
  value >= least ? Math.min(value, greatest) : least;
