/** Runs of one contestant, in chronological order. */
export interface Summary {
  median: number;
  min: number;
  max: number;
  runs: readonly number[];
}

/** @throws RangeError without runs. */
export function summaryOf(runs: readonly number[]): Summary {
  if (runs.length === 0) throw new RangeError('nothing was measured');
  return { median: quantile(runs, 0.5), min: Math.min(...runs), max: Math.max(...runs), runs };
}

/** One contestant relative to another, run by run: a disturbance of a round affects both. */
export function ratioOf(runs: readonly number[], baselineRuns: readonly number[]): Summary {
  const pairs = Math.min(runs.length, baselineRuns.length);
  return summaryOf(Array.from({ length: pairs }, (_, i) => (runs[i] ?? NaN) / (baselineRuns[i] ?? NaN)));
}

/** The value below which this share of the values is, interpolated between neighbours. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? NaN;
  const above = sorted[Math.ceil(place)] ?? NaN;
  return below + (above - below) * (place - Math.floor(place));
}

/**
 * Upper bound of a quantile by the buckets of a Prometheus histogram: the first bucket that reaches the quantile.
 * @param buckets cumulative count by upper bound, seconds
 */
export function bucketQuantile(buckets: ReadonlyMap<number, number>, share: number): number {
  const sorted = [...buckets].toSorted(([a], [b]) => a - b);
  const total = sorted.at(-1)?.[1] ?? 0;
  return sorted.find(([, count]) => count >= share * total)?.[0] ?? NaN;
}
