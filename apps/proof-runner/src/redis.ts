import { connectRedis, type Redis } from '@quantum/redis-io';
import {
  ConfigError,
  defineConfig,
  loadConfig,
  maskPasswords,
  parseRedisUrl,
  redisAddress,
  redisCrossChecks,
  redisVariables,
} from '@quantum/service-kit';
import { CannotRun } from './failure.js';

const CONNECT_TIMEOUT_MS = 5000;

const connection = defineConfig(redisVariables, { crossChecks: redisCrossChecks });

/**
 * Connects, with a name that operators see in CLIENT LIST. User, password and certificates that the URL does not carry
 * come from the environment. @throws CannotRun when there is no usable Redis in time.
 */
export async function openRedis(url: string, env: Readonly<Record<string, string | undefined>>): Promise<Redis> {
  let lastError = 'no answer';
  const redis = connect({ ...env, REDIS_URL: url }, (error) => (lastError = error.message));
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

function connect(env: Readonly<Record<string, string | undefined>>, onError: (error: Error) => void): Redis {
  try {
    return connectRedis(redisAddress(loadConfig(connection, env).config), 'proof-runner', { onError });
  } catch (error) {
    if (error instanceof ConfigError) throw new CannotRun(error.message);
    throw error;
  }
}

/** How to ask the same Redis by hand; a password that stands in the environment alone is asked for. */
export function redisCli(text: string): string {
  const url = parseRedisUrl(text);
  const [node] = url?.nodes ?? [];
  if (url?.kind === 'unix') return `redis-cli -s ${url.path}${url.db === undefined ? '' : ` -n ${url.db}`}`;
  const server = `redis-cli -h ${node?.host ?? ''} -p ${node?.port ?? 6379}${url?.tls ? ' --tls' : ''}`;
  if (url?.kind === 'cluster') return `${server} -c`;
  // The master's address, as the sentinel knows it.
  if (url?.kind === 'sentinel') return `${server} sentinel get-master-addr-by-name ${url.masterName}; redis-cli`;
  return `redis-cli -u ${maskPasswords(text)}`;
}

/** Id of a stream's newest entry: what comes after it is news. */
export async function lastEntryId(redis: Redis, stream: string): Promise<string> {
  const [newest] = await redis.xrevrange(stream, '+', '-', 'COUNT', 1);
  return newest?.[0] ?? '0-0';
}
