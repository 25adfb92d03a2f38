import { systemClock } from '@quantum/clock';
import type { Redis as Server } from 'ioredis';

/** Least time between two such connections, ms: an address may lead to a replica for hours. */
const PAUSE_MS = 1000;

/**
 * Connects again where a write finds a replica. It was master until a moment ago, and the address, or Sentinel, may
 * lead to another server by now. Before it is tried again, the connection stays open: commands then fail by what the
 * server says, and what only reads goes on.
 */
export function connectAgainOnReadOnly(redis: Server): void {
  let timer: NodeJS.Timeout | undefined;
  let lastMs = -Infinity;
  redis.options.reconnectOnError = ({ message }) => {
    if (!message.startsWith('READONLY')) return false;
    timer ??= setTimeout(
      () => {
        lastMs = systemClock.steadyMs();
        redis.disconnect(true);
      },
      Math.max(0, lastMs + PAUSE_MS - systemClock.steadyMs()),
    );
    return false; // ioredis would connect again at once, and after each such reply
  };
  redis.on('close', () => {
    clearTimeout(timer);
    timer = undefined;
  });
}
