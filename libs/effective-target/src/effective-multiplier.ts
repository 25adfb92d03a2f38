import { full, type MultiplierReading, type Read } from '@quantum/redis-schemas';

/** Why a multiplier counts or does not; the first that holds. */
export const MULTIPLIER_VERDICTS = [
  /** It counts. */
  'ok',
  /** The multiplier's key or the epoch could not be read: wrong type, no permission, its slot is down. */
  'unreadable',
  /** Nothing is published for the symbol. */
  'absent',
  /** Multiplier, direction, epoch or expiry is absent or not what it should be. */
  'invalid',
  /** It has expired. */
  'expired',
  /** The epoch in Redis is another one, absent, or no epoch. */
  'epoch',
  /** It is above 1, and its direction is `down_only`. */
  'over_limit',
] as const;
export type MultiplierVerdict = (typeof MULTIPLIER_VERDICTS)[number];

/** The multiplier that applies to a base target. */
export interface EffectiveMultiplier {
  /** Finite, >= 0; exactly 1 unless `why` is `ok`. */
  multiplier: number;
  why: MultiplierVerdict;
}

/** What a reader of multipliers takes from Redis. */
export interface MultiplierReads {
  /** `quantum:rollout:multiplier:{symbol}`, by `parseMultiplier`; undefined: absent. */
  published: Read<MultiplierReading | undefined>;
  /** `quantum:rollout:epoch`, by `parseEpoch`. */
  epoch: Read<number | undefined>;
}

/**
 * The multiplier that applies to a symbol's base target. Fail-open: what cannot be read, is stale, foreign or over its
 * limit is exactly 1. Total. `nowSec`: Redis time where the reader has it, else its own clock, unix seconds.
 */
export function effectiveMultiplier({ published, epoch }: MultiplierReads, nowSec: number): EffectiveMultiplier {
  if (!published.readable || !epoch.readable) return one('unreadable');
  if (published.value === undefined) return one('absent');
  const { multiplier, direction, epoch: writtenUnder, expiresAtSec } = published.value;
  const isValid = direction !== undefined && writtenUnder !== undefined && expiresAtSec !== undefined;
  if (multiplier === undefined || !isValid) return one('invalid');
  if (!(expiresAtSec > nowSec)) return one('expired'); // also where `now` is not a number
  if (writtenUnder !== epoch.value) return one('epoch');
  return direction === 'down_only' && multiplier > 1 ? one('over_limit') : { multiplier, why: 'ok' };
}

const one = (why: MultiplierVerdict): EffectiveMultiplier => ({ multiplier: 1, why });

/** The effective target: base times multiplier, USD. A product that is not finite is the base. */
export function effectiveTargetUsd(baseUsd: number, { multiplier }: Pick<EffectiveMultiplier, 'multiplier'>): number {
  const targetUsd = baseUsd * multiplier;
  return Number.isFinite(targetUsd) ? targetUsd + 0 : baseUsd;
}

/**
 * The fields of P2.9's target where P2.9 follows a rollout: what it computed, times the multiplier, and what it
 * computed as the base. The proposer starts from the base, so that multipliers never compound.
 */
export const targetFields = (baseUsd: number, effective: Pick<EffectiveMultiplier, 'multiplier'>) => ({
  target_usd: full(effectiveTargetUsd(baseUsd, effective)),
  base_target_usd: full(baseUsd),
});
