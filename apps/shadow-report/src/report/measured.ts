import type { Evidence, Performance } from '@quantum/shadow-evidence';
import type { Report } from './report.js';

/** What a report holds of a recording apart from its figures. */
export function measuredOf(
  { window, coveredHours, proposals }: Evidence,
  performance: Performance | undefined,
): Pick<Report, 'window' | 'coveredHours' | 'proposals' | 'multipliers' | 'timeline' | 'earned'> {
  const { n, bucketSec, buckets, multipliers } = proposals;
  return {
    window,
    coveredHours,
    proposals: n,
    multipliers: multipliers.bins(),
    timeline: { bucketSec, buckets },
    ...(performance && { earned: earnedOf(performance) }),
  };
}

function earnedOf({ earned }: Performance): NonNullable<Report['earned']> {
  const net = (all: typeof earned.base): number[] => all.map(({ pnlUsd, costUsd }) => pnlUsd - costUsd);
  return { at: earned.base.map(({ tsSec }) => tsSec), base: net(earned.base), proposed: net(earned.proposed) };
}
