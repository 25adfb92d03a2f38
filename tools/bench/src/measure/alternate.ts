/** A contestant of a comparison: does its work once and returns its measurement. */
export interface Contestant {
  name: string;
  pass: () => Promise<number>;
}

/**
 * Runs contestants alternately, A B B A: other load and their order affect all alike. A failed pass ends the
 * comparison.
 */
export async function alternate(
  contestants: readonly Contestant[],
  rounds: number,
  tell: (text: string) => void = () => undefined,
): Promise<Record<string, number[]>> {
  const runs: Record<string, number[]> = Object.fromEntries(contestants.map(({ name }) => [name, []]));
  for (let round = 1; round <= rounds; round += 1) {
    for (const { name, pass } of round % 2 === 1 ? contestants : contestants.toReversed()) {
      const value = await pass();
      runs[name]?.push(value);
      tell(`  round ${round}/${rounds} ${name}: ${value.toPrecision(4)}`);
    }
  }
  return runs;
}
