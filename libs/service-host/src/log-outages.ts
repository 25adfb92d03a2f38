import type { ConnectionEvents } from '@quantum/redis-io';
import type { Logger } from '@quantum/service-kit';

/**
 * Logs each outage of a connection in two lines: its first failure, since further attempts fail alike, and its end. A
 * connection that is made anew without a failure is none: where a replica refuses writes, that happens every second.
 */
export function logOutages(logger: Pick<Logger, 'info' | 'warn'>): Required<ConnectionEvents> {
  let connected: boolean | undefined;
  return {
    onError: (error) => {
      if (connected !== false) logger.warn({ err: error }, 'Redis is away, trying again until it answers');
      connected = false;
    },
    onReady: () => {
      if (connected !== true) logger.info('Redis is connected');
      connected = true;
    },
  };
}
