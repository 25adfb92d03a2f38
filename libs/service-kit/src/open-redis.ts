import { connectRedis, type Redis } from '@quantum/redis-io';
import { withCredentials } from './credentials.js';
import { defineConfig } from './define-config.js';
import { ConfigError, loadConfig, type Environment } from './load-config.js';
import { maskRedisUrl } from './mask.js';
import { redact } from './redact.js';
import { redisAddress, redisCrossChecks, redisVariables } from './redis-variables.js';

const PATIENCE_MS = 5000;

const connection = defineConfig(redisVariables, { crossChecks: redisCrossChecks });

/** No connection for a command that needs one: why, in a sentence without secrets. */
export class CannotConnect extends Error {
  override name = 'CannotConnect';
}

/**
 * Connects as a command does, which has no use for a Redis that may come later, under a name that operators see in
 * CLIENT LIST. User, password and certificates that the URL does not carry come from the environment or from
 * systemd's credentials, as those of the services do.
 * @throws CannotConnect when they cannot be used, or there is no usable Redis within 5 s.
 */
export async function openRedis(url: string, env: Environment, name: string): Promise<Redis> {
  let lastError = 'no answer';
  const redis = connect(withCredentials({ ...env, REDIS_URL: url }), name, (error) => (lastError = error.message));
  const isReady = await new Promise<boolean>((resolve) => {
    const impatience = setTimeout(resolve, PATIENCE_MS, false);
    redis.once('ready', () => {
      clearTimeout(impatience);
      resolve(true);
    });
  });
  if (isReady) return redis;
  redis.disconnect();
  throw new CannotConnect(`Redis at ${maskRedisUrl(url)} cannot be used: ${redact(lastError)}.`);
}

/** Runs with a connection as `openRedis` makes it, and ends that. @throws CannotConnect, and what `action` throws */
export async function withRedis<T>(
  url: string,
  env: Environment,
  name: string,
  action: (redis: Redis) => Promise<T>,
): Promise<T> {
  const redis = await openRedis(url, env, name);
  try {
    return await action(redis);
  } finally {
    redis.disconnect();
  }
}

function connect(env: Environment, name: string, onError: (error: Error) => void): Redis {
  try {
    return connectRedis(redisAddress(loadConfig(connection, env).config), name, { onError });
  } catch (error) {
    if (error instanceof ConfigError) throw new CannotConnect(error.message);
    throw error;
  }
}
