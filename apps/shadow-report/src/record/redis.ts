import { connectRedis, type Redis } from '@quantum/redis-io';
import {
  ConfigError,
  defineConfig,
  loadConfig,
  maskPasswords,
  redisAddress,
  redisCrossChecks,
  redisVariables,
} from '@quantum/service-kit';
import { CannotRun } from '../failure.js';

const CONNECT_TIMEOUT_MS = 5000;
const connection = defineConfig(redisVariables, { crossChecks: redisCrossChecks });

/**
 * Connects. User, password and certificates that the URL does not carry come from the environment.
 * @throws CannotRun when there is no usable Redis in time.
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
    return connectRedis(redisAddress(loadConfig(connection, env).config), 'shadow-report', { onError });
  } catch (error) {
    if (error instanceof ConfigError) throw new CannotRun(error.message);
    throw error;
  }
}
