import type { PositionSide } from './recording.js';

/** The side that a recorded proposal carries; undefined where it carries none, as those of earlier recordings. */
export function sideOf(line: object): PositionSide | undefined {
  const { side } = line as { side?: unknown };
  return side === 1 || side === -1 || side === 0 ? side : undefined;
}
