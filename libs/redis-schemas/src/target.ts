import { parseNumber } from './text.js';

/** The fields that a proposal needs of `quantum:allocation:target:{symbol}`, in the order of the HMGET. */
export const TARGET_FIELDS = ['target_usd', 'timestamp', 'base_target_usd'] as const;

/** What one read of a live target gave. */
export type TargetReading =
  | { state: 'unreadable' }
  /** None of the fields is there: the key went between listing and reading, or it is a hash without a target. */
  | { state: 'missing' }
  /** `target_usd` is absent, no number, or negative. */
  | { state: 'invalid'; values?: readonly (string | null)[] }
  | {
      state: 'read';
      /** Base target, USD, >= 0: what P2.9 computed before it applied an effective multiplier, where it says so. */
      targetUsd: number;
      /** P2.9's `timestamp` as it was written, empty if absent or no number. */
      timestampText: string;
      /** The fields as they were read, in the order of `TARGET_FIELDS`: here and above, to be shown where they are invalid. */
      values?: readonly (string | null)[];
    };

/**
 * A reading from the values of an HMGET of `TARGET_FIELDS`. HMGET answers alike for an absent key and for a hash
 * without these fields: whoever must tell the two apart asks EXISTS for what reads as `missing`.
 */
export function parseTarget(values: readonly (string | null)[]): TargetReading {
  const [target = null, timestamp = null, base = null] = values;
  if (target === null && timestamp === null && base === null) return { state: 'missing' };
  const targetUsd = parseNumber(target);
  if (targetUsd === undefined || targetUsd < 0) return { state: 'invalid', values };
  const baseUsd = parseNumber(base) ?? -1;
  return {
    state: 'read',
    targetUsd: baseUsd >= 0 ? baseUsd : targetUsd,
    timestampText: parseNumber(timestamp) === undefined ? '' : (timestamp ?? ''),
    values,
  };
}
