import { parseNumber } from './text.js';

/** The fields of `quantum:allocation:target:{symbol}` that a proposal needs, in the order of the HMGET. */
export const TARGET_FIELDS = ['target_usd', 'timestamp', 'base_target_usd'] as const;

export type TargetReading =
  | { state: 'unreadable' }
  /** None of the fields is present: the key is gone since listing, or it is a hash without a target. */
  | { state: 'missing' }
  /** `target_usd` is absent, not a number, or negative. */
  | { state: 'invalid'; values?: readonly (string | null)[] }
  | {
      state: 'read';
      /** Base target, USD, >= 0: P2.9's value before it applied an effective multiplier, if it states one. */
      targetUsd: number;
      /** P2.9's `timestamp` as written, empty if absent or not a number. */
      timestampText: string;
      /** The fields as read, in the order of `TARGET_FIELDS`, here and above, for display if they are invalid. */
      values?: readonly (string | null)[];
    };

/**
 * Parses the values of an HMGET of `TARGET_FIELDS`. HMGET answers alike for an absent key and for a hash without these
 * fields. A caller that must distinguish them asks EXISTS for every `missing`.
 */
export function parseTarget(values: readonly (string | null)[]): TargetReading {
  const [target = null, timestamp = null, base = null] = values;
  if (target === null && timestamp === null && base === null) return { state: 'missing' };
  const targetUsd = parseNumber(target);
  if (targetUsd === undefined || targetUsd < 0) return { state: 'invalid', values };
  return {
    state: 'read',
    targetUsd: baseTargetUsd(targetUsd, base),
    timestampText: parseNumber(timestamp) === undefined ? '' : (timestamp ?? ''),
    values,
  };
}

/**
 * The base target, USD: what P2.9 computed before it applied an effective multiplier, where it states that; else its
 * target.
 */
export function baseTargetUsd(targetUsd: number, base: string | null): number {
  const baseUsd = parseNumber(base) ?? -1;
  return baseUsd >= 0 ? baseUsd : targetUsd;
}
