import { Redis } from 'ioredis';
import { addressOptions, type ConnectionOptions, type RedisAddress } from './address.js';

/** The longest pause between two attempts to reconnect, ms: services resume well within a cycle of Redis's return. */
const MAX_RECONNECT_DELAY_MS = 500;

/** How a connection reports what happens to it. */
export interface ConnectionEvents {
  /** Each failed attempt and each lost connection; the connection goes on trying by itself. */
  onError?: (error: Error) => void;
  onReady?: () => void;
}

/**
 * Opens a connection that never gives up and never queues: while Redis is away, commands fail at once, and what was in
 * flight when the connection broke is not sent again (an XADD sent twice would be two entries). Whoever decides to
 * try again is the service's loop.
 */
export function connectRedis(address: RedisAddress, name: string, events: ConnectionEvents = {}): Redis {
  const options: ConnectionOptions = {
    ...addressOptions(address),
    connectionName: name,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectTimeout: 2000,
    disconnectTimeout: 100, // a connection that is lost already must not hold the process
    retryStrategy: (attempt) => Math.min(50 * attempt, MAX_RECONNECT_DELAY_MS),
  };
  const redis = new Redis(options);
  redis.on('error', (error: Error) => events.onError?.(error));
  if (events.onReady) redis.on('ready', events.onReady);
  return redis;
}

/** Resolves when the connection can take commands; rejects when it was closed for good. */
export async function untilReady(redis: Redis): Promise<void> {
  if (redis.status === 'ready') return;
  await new Promise<void>((resolve, reject) => {
    redis.once('ready', resolve);
    redis.once('end', () => {
      reject(new Error('the connection was closed'));
    });
  });
}

/** Version of the server, as `[major, minor]`. */
export async function serverVersion(redis: Redis): Promise<{ text: string; major: number; minor: number }> {
  const info = await redis.info('server');
  const text = /^redis_version:(\S+)/m.exec(info)?.[1] ?? '0.0.0';
  const [major = 0, minor = 0] = text.split('.').map(Number);
  return { text, major, minor };
}
