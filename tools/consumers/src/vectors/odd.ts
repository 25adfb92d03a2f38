/** Invalid texts in place of a number, and valid ones that look invalid. The grammar decides. */
export const ODD_NUMBERS: readonly string[] = [
  '', ' ', '0', '-0', '+0', '00', '1', '1.0', '01', '0.5', ' 0.5', '0.5 ', '\t0.5\r\n', '\u000b0.5\f', '.5', '5.', '.', '+', '-', 'e5',
  '5e-1', '1e0', '1E-2', '1e+2', '1e3', '1e', '1e+', '1e1.5', '+0.7', '-0.1', '--1', '+-1', '- 1', '1.0000000000000002',
  '0.9999999999999999', '0.99999999999999999', '1e-7', '0.000001', '5e-324', '1e-400', '-1e-400', '1e309', '-1e309', '1e21',
  '123456789012345678901234', '1.7976931348623157e308', '1.7976931348623159e308', 'NaN', 'nan', 'inf', 'Infinity', '-Infinity',
  'null', 'true', '0x10', '0X1', '0b1', '0o7', '1_0', '1n', '0,5', '1 2', '0.5.', '0.5f', '٠.٥', '０.５', '\u00a00.5', '\ufeff0.5', '0.5\u0000',
]; // prettier-ignore

/** Integers, halves and long decimals, for which a rounding other than ECMAScript's differs. */
export const ROUNDING_NUMBERS: readonly string[] = [
  '0.125', '0.375', '0.005', '1.005', '2.675', '1.45', '8.345', '0.00005', '0.03125', '0.09375', '0.15625', '0.49999999999999994',
  '0.5', '1.5', '2.5', '4503599627370495.5', '9007199254740993', '1000.125', '1400.175', '0.1', '0.7', '1234567.891', '99999.995',
  '999999999999999900000', '100000000000000000000', '1e20', '1e21', '1.5e21', '1e300', '0.000001', '0.0000015', '1e-7', '1.23e-18', '5e-324',
]; // prettier-ignore

/**
 * Tommy Ettinger's mulberry32, numbers in [0, 1): the same vectors every time.
 */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
