import fc from 'fast-check';

/** The values that the runs of a property get, with a fixed seed. */
export function drawn(numbers: fc.Arbitrary<number>, numRuns = 10_000): number[] {
  const values: number[] = [];
  fc.assert(fc.property(numbers, (value) => void values.push(value)), { seed: 20_261_128, numRuns }); // prettier-ignore
  return values;
}

/** Share of the values strictly between two bounds. */
export const shareWithin = (values: readonly number[], low: number, high: number): number =>
  values.filter((value) => value > low && value < high).length / values.length;
