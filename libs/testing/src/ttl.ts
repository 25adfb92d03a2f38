import type { AnyRedis } from './any-redis.js';

/** Redis's own clock, in ms since the epoch. */
export async function serverTimeMs(redis: AnyRedis): Promise<number> {
  const [sec, microSec] = (await redis.time()).map(Number) as [number, number];
  return sec * 1000 + Math.floor(microSec / 1000);
}

/**
 * Checks that a key was given a TTL of `ttlSec` at a moment since `sinceMs`, by Redis's own clock (`serverTimeMs`). The
 * TTL that is read afterwards is lower by the time that passed in between. @throws Error that names when the key
 * expires.
 */
export async function expectTtl(redis: AnyRedis, key: string, ttlSec: number, sinceMs: number): Promise<void> {
  const expiresMs = await redis.pexpiretime(key);
  const untilMs = await serverTimeMs(redis);
  const givenMs = expiresMs - ttlSec * 1000;
  if (givenMs >= sinceMs && givenMs <= untilMs) return;
  const expires = expiresMs < 0 ? 'does not expire' : `expires ${expiresMs - sinceMs} ms after ${sinceMs}`;
  throw new Error(`${key} ${expires}, ${untilMs - sinceMs} ms ago: that is no TTL of ${ttlSec} s given since`);
}
