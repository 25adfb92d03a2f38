/**
 * A sum of doubles without rounding. It is kept as doubles that do not overlap, in ascending size (Shewchuk 1997; as in
 * Python's `math.fsum`). Exact as long as no intermediate sum overflows.
 */
export class ExactSum {
  readonly #parts: number[] = [];

  add(value: number): void {
    const parts = this.#parts;
    let rest = value;
    let kept = 0;
    for (let i = 0; i < parts.length; i += 1) {
      const part = parts[i] as number;
      const sum = rest + part;
      const error = Math.abs(rest) < Math.abs(part) ? rest - (sum - part) : part - (sum - rest);
      if (error !== 0) parts[kept++] = error;
      rest = sum;
    }
    if (rest !== 0) parts[kept++] = rest;
    parts.length = kept;
  }

  /** The sum to within its last digit. Its sign is exact, and it is 0 only if the exact sum is 0. */
  get value(): number {
    return this.#parts.reduce((sum, part) => sum + part, 0);
  }
}

const double = new Float64Array(1);
const bits = new BigInt64Array(double.buffer);

/** The rank of a double >= 0 among all doubles, from 0. Their bits, read as an integer, have the same order. */
function placeOf(value: number): bigint {
  double[0] = value;
  return bits[0] ?? 0n;
}

function doubleAt(place: bigint): number {
  bits[0] = place;
  return double[0] ?? 0;
}

const LAST_PLACE = placeOf(Number.MAX_VALUE);

/** The next double above a finite one >= 0. */
export const nextAfter = (value: number): number => doubleAt(placeOf(value) + 1n);

/**
 * The greatest finite double >= 0 for which a monotone predicate holds. The predicate must hold for 0 and for no double
 * above some limit. It takes a few calls if `near` is close, and never more than 200.
 */
export function greatestDouble(near: number, holds: (value: number) => boolean): number {
  let [low, high] = [placeOf(near), LAST_PLACE + 1n];
  for (let width = 1n; low > 0n && !holds(doubleAt(low)); width *= 2n) {
    high = low;
    low = low > width ? low - width : 0n;
  }
  for (let width = 1n; low + width < high; width *= 2n) {
    if (holds(doubleAt(low + width))) low += width;
    else high = low + width;
  }
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (holds(doubleAt(middle))) low = middle;
    else high = middle;
  }
  return doubleAt(low);
}
