import type { ConnectionEvents } from '@quantum/redis-io';
import type { Logger } from '@quantum/service-kit';

/** Logs each outage of a connection in two lines: its first failure, since further attempts fail alike, and its end. */
export function logOutages(logger: Pick<Logger, 'info' | 'warn'>): Required<ConnectionEvents> {
  let connected = true;
  return {
    onError: (error) => {
      if (connected) logger.warn({ err: error }, 'Redis is away, trying again until it answers');
      connected = false;
    },
    onReady: () => {
      connected = true;
      logger.info('Redis is connected');
    },
  };
}
