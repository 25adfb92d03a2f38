import { atLeast, defineGuard } from '../guard.js';
import type { TrackedPosition } from '../input.js';

/**
 * Checks that positions follow what is published. Positions of 0 follow nothing; unknown ones count as the worst and as
 * the best.
 */
export const tracking = defineGuard({
  name: 'tracking',
  summary: 'fewer than `minShare` of the positions are within `tolerance` of the effective target of half an hour ago',
  onBreach: 'hold',
  onUnknown: 'hold',
  unit: 'ratio',
  limits: {
    minShare: { default: 0.9, min: 0, max: 1, describe: 'least share of positions' },
    tolerance: { default: 0.1, min: 0.001, max: 1, describe: 'distance from the effective target, relative to it' },
  },
  evaluate({ nowSec, positions }, { minShare, tolerance }) {
    if (positions === undefined) return atLeast({ value: undefined, limit: minShare, n: 0, asOfSec: nowSec });
    const due = positions.filter(({ effectiveUsd, positionUsd }) => effectiveUsd !== undefined && positionUsd !== 0);
    const unknown = due.filter(({ positionUsd = NaN }) => !Number.isFinite(positionUsd)).length;
    const near = due.filter((position) => isNear(position, tolerance)).length;
    const shareOf = (count: number): number => (due.length === 0 ? 1 : count / due.length);
    const [least, most] = [shareOf(near), shareOf(near + unknown)];
    const isUndecided = least < minShare && most >= minShare;
    return atLeast({ value: isUndecided ? undefined : most, limit: minShare, n: due.length, asOfSec: nowSec });
  },
});

const isNear = ({ positionUsd = NaN, effectiveUsd = NaN }: TrackedPosition, tolerance: number): boolean =>
  Math.abs(positionUsd - effectiveUsd) <= tolerance * effectiveUsd;
