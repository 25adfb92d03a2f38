/** Bins of full precision on each side of 0. Further out a bin is twice as wide whenever the value has doubled. */
const FINE_BINS = 100_000;

/**
 * A distribution in bins, so that its memory does not grow with the sample. Count, sum, least and greatest value are
 * exact, quantiles to half a bin: to `binWidth` / 2, beyond `FINE_BINS` bins to 0.001 % of the value.
 */
export class Distribution {
  readonly binWidth: number;
  readonly #bins = new Map<number, number>();
  n = 0;
  sum = 0;
  min = Infinity;
  max = -Infinity;

  constructor(binWidth: number) {
    this.binWidth = binWidth;
  }

  add(value: number): void {
    const scaled = value / this.binWidth;
    const far = Math.abs(scaled) / FINE_BINS;
    const width = far > 1 ? 2 ** Math.ceil(Math.log2(far)) : 1; // in bins
    const bin = Math.round(scaled / width) * width;
    this.#bins.set(bin, (this.#bins.get(bin) ?? 0) + 1);
    this.n += 1;
    this.sum += value;
    this.min = Math.min(this.min, value);
    this.max = Math.max(this.max, value);
  }

  /** Undefined of nothing. */
  get mean(): number | undefined {
    return this.n === 0 ? undefined : this.sum / this.n;
  }

  /** Middles of the bins that hold something and how much, ascending. */
  bins(): [middle: number, count: number][] {
    return [...this.#bins].sort(([a], [b]) => a - b).map(([bin, count]) => [bin * this.binWidth, count]);
  }

  /**
   * The smallest value that at least the share `q` (0..1) of the sample does not exceed: the nearest-rank definition,
   * which is definition 1 of Hyndman and Fan, Sample Quantiles in Statistical Packages (1996). Undefined of nothing.
   */
  quantile(q: number): number | undefined {
    if (this.n === 0) return undefined;
    const rank = Math.max(1, Math.ceil(q * this.n));
    let seen = 0;
    for (const [middle, count] of this.bins()) {
      seen += count;
      if (seen >= rank) return Math.max(this.min, Math.min(this.max, middle));
    }
    return this.max;
  }
}
