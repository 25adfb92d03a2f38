/** Takes part in a comparison: does its work once and says what it took. */
export interface Contestant {
  name: string;
  turn: () => Promise<number>;
}

/**
 * Runs contestants in turns, A B A B, so that whatever else the machine does meets all of them alike. Answers the runs
 * of each. One whose turn fails ends the comparison.
 */
export async function inTurns(
  contestants: readonly Contestant[],
  rounds: number,
  tell: (text: string) => void = () => undefined,
): Promise<Record<string, number[]>> {
  const runs: Record<string, number[]> = Object.fromEntries(contestants.map(({ name }) => [name, []]));
  for (let round = 1; round <= rounds; round += 1) {
    for (const { name, turn } of contestants) {
      const value = await turn();
      runs[name]?.push(value);
      tell(`  round ${round}/${rounds} ${name}: ${value.toPrecision(4)}`);
    }
  }
  return runs;
}
