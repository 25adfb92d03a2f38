import { runRows, type Lease, type Redis, type Reply } from '@quantum/redis-io';
import { multiplierHash, rolloutMultiplierKey, type PublishedMultiplier } from '@quantum/redis-schemas';
import { MULTIPLIER_ROW, WITHDRAW_ROW } from './scripts.js';

/** A multiplier that was not written or not removed. `fence`: a later lease has written it. */
export interface RowFailure {
  symbol: string;
  reason: 'fence' | 'redis_error';
  message: string;
}

/** The count of a lease: greater for a later one. */
export const countOf = (token: string): string => token.slice(0, token.indexOf(':'));

/**
 * Publishes multipliers, each until its `expiresAtSec`, all of them the same. @throws BatchError when Redis does not
 * answer.
 */
export async function publishMultipliers(
  redis: Redis,
  lease: Lease,
  multipliers: ReadonlyMap<string, PublishedMultiplier>,
  expiresAtSec: number,
): Promise<RowFailure[]> {
  const rows = [...multipliers].map(([symbol, multiplier]) => ({
    keys: [rolloutMultiplierKey(symbol)],
    args: multiplierHash(multiplier),
  }));
  const shared = [Math.round(expiresAtSec * 1000), countOf(lease.token)];
  return failuresOf([...multipliers.keys()], await runRows(redis, MULTIPLIER_ROW, shared, rows));
}

/** Removes the multipliers of these symbols. @throws as `publishMultipliers` does. */
export async function withdrawMultipliers(
  redis: Redis,
  lease: Lease,
  symbols: readonly string[],
): Promise<RowFailure[]> {
  const rows = symbols.map((symbol) => ({ keys: [rolloutMultiplierKey(symbol)], args: [] }));
  return failuresOf(symbols, await runRows(redis, WITHDRAW_ROW, [countOf(lease.token)], rows));
}

const failuresOf = (symbols: readonly string[], replies: readonly Reply[]): RowFailure[] =>
  symbols.flatMap((symbol, i): RowFailure[] => {
    const reply = replies[i];
    if (reply?.ok)
      return reply.value === '' ? [] : [{ symbol, reason: 'fence', message: 'a later lease has written it' }];
    return [{ symbol, reason: 'redis_error', message: reply?.error.message ?? 'no reply' }];
  });
