import fc from 'fast-check';

/** The values that the runs of a property get, with a fixed seed. */
export function drawn<T>(values: fc.Arbitrary<T>, numRuns = 10_000): T[] {
  const all: T[] = [];
  fc.assert(fc.property(values, (value) => void all.push(value)), { seed: 20_261_128, numRuns }); // prettier-ignore
  return all;
}

/** Share of the values strictly between two bounds. */
export const shareWithin = (values: readonly number[], low: number, high: number): number =>
  values.filter((value) => value > low && value < high).length / values.length;
