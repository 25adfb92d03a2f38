import type { VerdictLine } from '@quantum/shadow-evidence';

/** Where a figure is best: a share that must be high at 1, a ratio at 1, everything else at 0. */
function idealOf({ figure }: VerdictLine, isMin: boolean): number {
  return figure?.unit === 'x' || (figure?.unit === 'share' && isMin) ? 1 : 0;
}

/**
 * How much of the way from its ideal to its limit a passing figure has used, 1 at the limit; undefined where that has
 * no length.
 */
function usedOf(line: VerdictLine): number | undefined {
  const { figure, limit } = line;
  if (figure?.value === undefined) return undefined;
  const { low, high } = figure.interval ?? { low: figure.value, high: figure.value };
  const sides = [
    limit.max === undefined ? undefined : used(high, limit.max, idealOf(line, false)),
    limit.min === undefined ? undefined : used(low, limit.min, idealOf(line, true)),
  ].filter((side) => side !== undefined);
  return sides.length === 0 ? undefined : Math.max(...sides);
}

const used = (value: number, limit: number, ideal: number): number | undefined =>
  limit === ideal ? undefined : (value - ideal) / (limit - ideal);

/** Lines whose figures have a distance to their limits, the closest first. A limit of no failures at all has none. */
export const closestToLimit = (lines: readonly VerdictLine[]): VerdictLine[] =>
  lines
    .flatMap((line) => {
      const share = usedOf(line);
      return share === undefined ? [] : [{ line, share }];
    })
    .sort((a, b) => b.share - a.share)
    .map(({ line }) => line);
