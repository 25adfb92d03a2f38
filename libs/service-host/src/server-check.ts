import { BatchError, errorKind, serverVersion, type Redis, type ServerVersion } from '@quantum/redis-io';
import type { Logger } from '@quantum/service-kit';

/** The scripts and the ACL rules need it. */
const LEAST_MAJOR_VERSION = 7;

/** The server cannot serve us, and waiting will not help. */
export class UnsupportedRedisError extends Error {
  override name = 'UnsupportedRedisError';
}

/** @throws UnsupportedRedisError for a server older than 7.0. */
export function requireVersion({ product, text, major }: ServerVersion): void {
  if (major >= LEAST_MAJOR_VERSION) return;
  throw new UnsupportedRedisError(`${product} ${text} is too old: Redis 7.0 or newer, or Valkey, is needed`);
}

/**
 * Checks once that the server can serve us. A server that does not say its version is taken with a warning.
 * @returns the check; it throws UnsupportedRedisError, or another Error while no server answers: call it again then.
 */
export function serverCheck(redis: Redis, logger: Pick<Logger, 'info' | 'warn'>): () => Promise<void> {
  let passed = false;
  return async () => {
    if (passed) return;
    if (redis.status !== 'ready') throw new BatchError(`Redis is not connected (${redis.status})`);
    try {
      const version = await serverVersion(redis);
      requireVersion(version);
      logger.info(`the server is ${version.product} ${version.text}`);
    } catch (error) {
      if (error instanceof UnsupportedRedisError || errorKind(error as Error) === 'transient') throw error;
      logger.warn({ err: error }, 'not allowed to ask for the version of Redis: 7.0 or newer is needed');
    }
    passed = true;
  };
}
