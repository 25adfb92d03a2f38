import fc from 'fast-check';

const LAST_STEP = Number.MAX_SAFE_INTEGER;

/** Even over 0..1, both included, in steps of 2^-53. `noBias`: fast-check would put a fifth of the runs at the ends. */
const fraction = fc.noBias(fc.integer({ min: 0, max: LAST_STEP })).map((step) => step / LAST_STEP);

/**
 * Doubles of min..max, both included, never -0. Of ten, eight are even over the values, one is an end of the range, and
 * one is even over the bit patterns, which finds values next to 0 and to the ends. Shrinks towards `min`.
 * @throws Error when the bounds are not finite, not in order, or further apart than the greatest double.
 */
export function uniform(min: number, max: number): fc.Arbitrary<number> {
  requireRange(min, max);
  return mixed(
    fraction.map((share) => Math.min(min + share * (max - min), max) + 0),
    min,
    max,
  );
}

/**
 * Doubles of min..max, both included, for quantities that span orders of magnitude. Of ten, eight are even over the
 * logarithm, so that 1..10 is as likely as 10..100, one is an end of the range, and one is even over the bit patterns.
 * @throws Error when the bounds are not finite, not in order, or `min` is not above 0.
 */
export function logUniform(min: number, max: number): fc.Arbitrary<number> {
  requireRange(min, max);
  if (min <= 0) throw new Error(`logUniform needs a least value above 0, not ${min}`);
  const [from, span] = [Math.log(min), Math.log(max) - Math.log(min)];
  return mixed(
    fraction.map((share) => Math.min(Math.max(Math.exp(from + share * span), min), max)),
    min,
    max,
  );
}

/** Every finite double but -0, even over bit patterns: half are below 1 in size, one in 2,000 is in 0.5..1. */
export const finite: fc.Arbitrary<number> = fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0);

/** Every finite double >= 0, even over the bit patterns. Never -0. */
export const magnitude: fc.Arbitrary<number> = fc.double({ min: 0, noNaN: true, noDefaultInfinity: true });

const mixed = (body: fc.Arbitrary<number>, min: number, max: number): fc.Arbitrary<number> =>
  fc.oneof(
    { weight: 8, arbitrary: body },
    { weight: 1, arbitrary: fc.constantFrom(min + 0, max + 0) },
    { weight: 1, arbitrary: fc.double({ min, max, noNaN: true }).map((x) => x + 0) },
  );

function requireRange(min: number, max: number): void {
  if (min <= max && Number.isFinite(max - min)) return;
  throw new Error(`a range needs finite bounds in order, not ${min}..${max}`);
}
