import { mulberry32 } from '@quantum/shadow-evidence';

/** A day: blocks keep its course, and what hours have of the ones before. */
const BLOCK_HOURS = 24;

/**
 * Draws hours of a record again, in blocks of a day that begin anywhere, the record closed to a ring (circular block
 * bootstrap). Each call of the result starts a path; each call of a path gives the index of its next hour. The same
 * seed draws the same.
 */
export function pathsOf(hours: number, seed: number): () => () => number {
  const random = mulberry32(seed);
  return () => {
    let [at, left] = [0, 0];
    return () => {
      if (left === 0) [at, left] = [Math.floor(random() * hours), BLOCK_HOURS];
      left -= 1;
      const index = at % hours;
      at += 1;
      return index;
    };
  };
}

/** Mean and standard deviation of a sample. NaN of fewer than one and two values. */
export function spreadOf(values: readonly number[]): { mean: number; sd: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, sd: Math.sqrt(squares / (values.length - 1)) };
}

/** Values with mean 0: noise alone. What is unknown gets 0, the mean. Undefined if all are. */
export function centred(values: readonly (number | undefined)[]): readonly number[] | undefined {
  const known = values.filter((value) => value !== undefined);
  if (known.length === 0) return undefined;
  const { mean } = spreadOf(known);
  return values.map((value) => (value === undefined ? 0 : value - mean));
}
