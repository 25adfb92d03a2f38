import { effectiveTargetUsd, type EffectiveMultiplier } from '@quantum/effective-target';
import type { EffectiveAllocation } from '@quantum/redis-schemas';

/**
 * The effective target of a base target in USD, with what it is computed from: as it is read, and again from a record.
 */
export const effectiveAllocation = (
  baseUsd: number,
  { multiplier, why }: Pick<EffectiveMultiplier, 'multiplier'> & { why: string },
): EffectiveAllocation => ({ baseUsd, multiplier, why, targetUsd: effectiveTargetUsd(baseUsd, { multiplier }) });
