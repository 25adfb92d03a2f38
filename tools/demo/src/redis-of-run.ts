import { startPrivateRedis } from '@quantum/private-redis';
import { connectRedis, type Redis } from '@quantum/redis-io';
import { CannotRun, maskRedisUrl, messageOf } from '@quantum/service-kit';
import type { RunResources } from './run-resources.js';

const CONNECT_TIMEOUT_MS = 5_000;

export interface RunRedis {
  url: string;
  isPrivate: boolean;
  description: string;
  connection: Redis;
}

/** A private Redis, or the requested one; connected. @throws CannotRun */
export async function openRedis(url: string | undefined, resources: RunResources): Promise<RunRedis> {
  if (url !== undefined) {
    return { url, isPrivate: false, description: maskRedisUrl(url), connection: await connect(url, resources) };
  }
  const server = await startPrivateRedis({ tcp: true }).catch((error: unknown) => {
    throw new CannotRun(messageOf(error));
  });
  resources.add(() => server.stop());
  return {
    url: server.url,
    isPrivate: true,
    description: `private Redis at ${server.url}`,
    connection: await connect(server.url, resources),
  };
}

/** The first failure ends the run with a message. Once connected, the connection recovers by itself. */
async function connect(url: string, resources: RunResources): Promise<Redis> {
  let fail: (why: string) => void = () => undefined;
  const redis = connectRedis({ url, host: '127.0.0.1', port: 6379, db: 0 }, 'quantum-demo', {
    onError: (error) => {
      fail(error.message);
    },
  });
  resources.add(() => {
    redis.disconnect();
    return Promise.resolve();
  });
  const failure = await new Promise<string | undefined>((resolve) => {
    const impatience = setTimeout(resolve, CONNECT_TIMEOUT_MS, `no answer in ${CONNECT_TIMEOUT_MS / 1000} s`);
    const settle = (why?: string) => {
      clearTimeout(impatience);
      resolve(why);
    };
    fail = settle;
    redis.once('ready', settle);
  });
  if (failure !== undefined) throw new CannotRun(`Redis at ${maskRedisUrl(url)} cannot be used: ${failure}.`);
  return redis;
}
