import { systemClock } from '@quantum/clock';
import type { Cluster, Redis as Server } from 'ioredis';

/** Least time between two such connections, ms: an address may lead to a replica for hours. */
const PAUSE_MS = 1000;

/** Connections that are made anew for such a reply, with its words. */
const refusals = new WeakMap<object, string>();

/**
 * Connects again where a write finds a replica. It was master until a moment ago, and the address, or Sentinel, may
 * lead to another server by now. Until it may be tried again, the connection stays open: commands then fail by what the
 * server says, and what only reads goes on.
 */
export function reconnectOnReadOnly(redis: Server): void {
  let nextMs = -Infinity;
  redis.options.reconnectOnError = ({ message }) => {
    const nowMs = systemClock.steadyMs();
    if (!message.startsWith('READONLY') || nowMs < nextMs) return false;
    nextMs = nowMs + PAUSE_MS;
    refusals.set(redis, message);
    return true;
  };
  redis.on('ready', () => refusals.delete(redis));
}

/** What became of a connection, and why where a replica had refused a write. */
export function becauseOf(redis: Server | Cluster, what: string): string {
  const refusal = refusals.get(redis);
  return refusal === undefined ? what : `${what} after ${refusal}`;
}
