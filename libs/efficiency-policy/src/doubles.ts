/**
 * A sum of doubles without any rounding: kept as doubles that do not overlap, in rising size (Shewchuk 1997; as in Python's
 * `math.fsum`). Exact as long as no sum on the way overflows.
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

  /** The sum to within a last digit; its sign is the exact sum's, and it is 0 only where that is. */
  get value(): number {
    return this.#parts.reduce((sum, part) => sum + part, 0);
  }
}

const double = new Float64Array(1);
const bits = new BigInt64Array(double.buffer);

/** The place of a double >= 0 among all of them, from 0 on: their bits, read as a whole number, are in their order. */
function placeOf(value: number): bigint {
  double[0] = value;
  return bits[0] ?? 0n;
}

function doubleAt(place: bigint): number {
  bits[0] = place;
  return double[0] ?? 0;
}

const LAST_PLACE = placeOf(Number.MAX_VALUE);

/** The least double above one that is >= 0 and finite. */
export const nextAfter = (value: number): number => doubleAt(placeOf(value) + 1n);

/**
 * The greatest finite double >= 0 for which something holds that holds for 0 and, from some double on, for none. Asks a few
 * times if `near` is near, never more than 200 times.
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
