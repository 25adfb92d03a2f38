import { connectRedis, type Redis } from '@quantum/redis-io';
import { maskPasswords } from '@quantum/service-kit';
import { CannotRun } from './failure.js';

const CONNECT_TIMEOUT_MS = 5000;

/** Connects, with a name that operators see in CLIENT LIST. @throws CannotRun when there is no usable Redis in time. */
export async function openRedis(url: string): Promise<Redis> {
  let lastError = 'no answer';
  const redis = connect(url, (error) => (lastError = error.message));
  const isReady = await new Promise<boolean>((resolve) => {
    const impatience = setTimeout(resolve, CONNECT_TIMEOUT_MS, false);
    redis.once('ready', () => {
      clearTimeout(impatience);
      resolve(true);
    });
  });
  if (isReady) return redis;
  redis.disconnect();
  throw new CannotRun(`Redis at ${maskPasswords(url)} cannot be used: ${lastError}.`);
}

function connect(url: string, onError: (error: Error) => void): Redis {
  try {
    return connectRedis({ url, host: '127.0.0.1', port: 6379, db: 0 }, 'proof-runner', { onError });
  } catch (error) {
    throw new CannotRun(`Redis at ${maskPasswords(url)} cannot be used: ${(error as Error).message}.`);
  }
}

/** How to ask the same Redis by hand. */
export function redisCli(url: string): string {
  const masked = maskPasswords(url);
  if (!masked.startsWith('unix:')) return `redis-cli -u ${masked}`;
  const { pathname, searchParams } = new URL(masked);
  const db = searchParams.get('db');
  return `redis-cli -s ${pathname}${db === null ? '' : ` -n ${db}`}`;
}

/** Id of a stream's newest entry: what comes after it is news. */
export async function lastEntryId(redis: Redis, stream: string): Promise<string> {
  const [newest] = await redis.xrevrange(stream, '+', '-', 'COUNT', 1);
  return newest?.[0] ?? '0-0';
}
