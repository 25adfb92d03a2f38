/** A mean with an interval that holds it with a probability of 95 %. */
export interface MeanInterval {
  mean: number;
  low: number;
  high: number;
  /** Observations. */
  n: number;
  /** Observations a block. */
  blockLength: number;
  /** Whole blocks side by side in the sample: about as many independent observations there are. */
  blocks: number;
}

export interface BootstrapOptions {
  /** Observations a block, >= 1; default: n^(1/3) rounded up, the rate of Hall, Horowitz and Jing (1995). */
  blockLength?: number;
  /** 1..2^32-1. */
  seed: number;
  resamples?: number;
}

/** How a series of `n` observations is cut into blocks: observations a block, and whole blocks side by side. */
export function blocksOf(
  n: number,
  blockLength = Math.ceil(Math.cbrt(n)),
): Pick<MeanInterval, 'blockLength' | 'blocks'> {
  const length = Math.min(blockLength, n);
  return { blockLength: length, blocks: n === 0 ? 0 : Math.floor(n / length) };
}

/**
 * The mean of a series whose neighbours are not independent, with the percentile interval of the circular block
 * bootstrap (Politis and Romano, A Circular Block-Resampling Procedure for Stationary Data, 1992): resamples are put
 * together from blocks that begin anywhere, the series closed to a ring, so that every observation is as likely as any
 * other. The same series, seed and options give the same interval. Undefined of nothing.
 */
export function meanInterval(series: readonly number[], options: BootstrapOptions): MeanInterval | undefined {
  const n = series.length;
  if (n === 0) return undefined;
  const { seed, resamples = 2000 } = options;
  const { blockLength: length, blocks } = blocksOf(n, options.blockLength);
  // Sums of all blocks, by differences of running sums over the ring.
  const running = [0];
  for (let i = 0; i < n + length; i += 1) running.push((running[i] ?? 0) + (series[i % n] ?? 0));
  const sumOf = (from: number, count: number): number => (running[from + count] ?? 0) - (running[from] ?? 0);
  const random = mulberry32(seed);
  const means: number[] = [];
  for (let i = 0; i < resamples; i += 1) {
    let sum = 0;
    for (let left = n; left > 0; left -= length) sum += sumOf(Math.floor(random() * n), Math.min(length, left));
    means.push(sum / n);
  }
  means.sort((a, b) => a - b);
  const at = (share: number): number => means[Math.floor(share * resamples)] ?? NaN;
  return {
    mean: sumOf(0, n) / n,
    low: at(0.025),
    high: at(0.975),
    n,
    blockLength: length,
    blocks,
  };
}

/** Pseudo-random numbers in [0, 1) from a seed: Mulberry32 by Tommy Ettinger (public domain). */
export function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
