import { startPrivateRedis, type PrivateRedis, type PrivateRedisOptions } from '@quantum/private-redis';
import type { Redis } from 'ioredis';
import { connectedClient } from './connected-client.js';

/**
 * A private server and a client of it for one test, gone when `test` has settled. For tests that mostly wait and so run
 * at the same time (`it.concurrent`, for which jest runs no hooks of each test).
 */
export async function withOwnRedis<T>(
  test: (redis: Redis, server: PrivateRedis) => Promise<T>,
  options: PrivateRedisOptions = {},
): Promise<T> {
  const server = await startPrivateRedis(options);
  try {
    const redis = await connectedClient(server.url);
    return await test(redis, server).finally(() => {
      redis.disconnect();
    });
  } finally {
    await server.stop();
  }
}
