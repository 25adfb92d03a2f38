import fc from 'fast-check';

const SURROGATES = 0x800;
const FIRST_SURROGATE = 0xd800;

/** Every code point but the surrogates, which are no characters. */
const codePoint = fc
  .integer({ min: 0, max: 0x10ffff - SURROGATES })
  .map((n) => String.fromCodePoint(n < FIRST_SURROGATE ? n : n + SURROGATES));

/**
 * Texts of any code points, control characters too. Of five, four are even over the code points but for those near the
 * ends, which are more frequent, and one is of ASCII or a name that objects have, like `__proto__`. Lengths are counted
 * in code points.
 *
 * `fc.string({ unit: 'binary' })` gives the same, but takes a second of processor time and 85 MB to begin with
 * (findings/fast-check-full-text-costs-memory.sh).
 */
export function anyText(lengths: { minLength?: number; maxLength?: number } = {}): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 4, arbitrary: fc.string({ unit: codePoint, ...lengths }) },
    { weight: 1, arbitrary: fc.string(lengths) },
  );
}
