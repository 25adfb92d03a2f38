import { afterEach } from '@jest/globals';
import { STREAMS } from '@quantum/redis-schemas';
import type { RunningService } from '@quantum/service-host';
import type { RedisOfFile } from '@quantum/testing';
import type { Redis } from 'ioredis';
import { governorService } from '../service.js';

/**
 * Starts the service in this process, as often as a test likes; what still runs after a test is stopped. `client`: of
 * the database of the service, where that is not the file's own.
 */
export function useServices(
  file: RedisOfFile,
): (env?: Record<string, string>, client?: Redis) => Promise<RunningService> {
  const running = new Set<() => Promise<void>>();
  afterEach(async () => {
    await Promise.all([...running].map((stop) => stop()));
  });
  return async (env = {}, client = file.redis()) => {
    const abort = new AbortController();
    const governor = await governorService.start({
      env: { REDIS_URL: file.server.url, METRICS_PORT: '0', LOG_LEVEL: 'fatal', ...env },
      stopping: abort.signal,
    });
    const stop = async (): Promise<void> => {
      running.delete(stop);
      abort.abort();
      void client.xadd(STREAMS.plans, '*', 'decision', 'SKIP').catch(() => undefined); // ends the read that waits
      await governor.stop();
    };
    running.add(stop);
    return { ...governor, stop };
  };
}
