/** TODO: meaning, units, ranges, errors. */
export const proposals = (value: number): number => 2 * value;
