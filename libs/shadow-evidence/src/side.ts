/** The sign of a symbol's position, as P3.3 had it: 1 long, -1 short, 0 none. */
export type Side = 1 | -1 | 0;

/** The side that a recorded proposal carries; undefined where it carries none, as those of earlier recordings. */
export function sideOf(line: object): Side | undefined {
  const { side } = line as { side?: unknown };
  return side === 1 || side === -1 || side === 0 ? side : undefined;
}
