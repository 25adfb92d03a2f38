import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { startPrivateRedis, type PrivateRedis, type PrivateRedisOptions } from '@quantum/private-redis';
import type { Redis } from 'ioredis';
import { connectedClient, untilReady, type ConnectOptions } from './connected-client.js';

// Without an installed redis-server, the first test ever downloads one, or in the last resort compiles it.
const START_TIMEOUT_MS = 600_000;

export interface RedisOfFile {
  /** The file's client, ready; empty database at the start of every test. */
  redis: () => Redis;
  /** A further client, ready, for blocking commands or other options; disconnected after the file's last test. */
  connect: (options?: ConnectOptions) => Promise<Redis>;
  /** The server, to pause, kill or restart. If a test left it dead or paused, it runs again for the next. */
  readonly server: PrivateRedis;
}

/**
 * A private redis-server for the tests of a file. Call it once, at the top of the file or of a describe. It clears all
 * data, functions, scripts and ACL users before each test. Settings made with CONFIG SET stay.
 */
export function useRedis(options: PrivateRedisOptions = {}): RedisOfFile {
  const clients: Redis[] = [];
  let server: PrivateRedis | undefined;

  const running = (): PrivateRedis => {
    if (server === undefined) throw new Error('useRedis: its server runs only within hooks and tests');
    return server;
  };
  const connect = async (connectOptions?: ConnectOptions): Promise<Redis> => {
    const client = await connectedClient(running().url, connectOptions);
    clients.push(client);
    return client;
  };
  const redis = (): Redis => {
    const [first] = clients;
    if (first === undefined) throw new Error('useRedis: its client is there only within hooks and tests');
    return first;
  };

  beforeAll(async () => {
    server = await startPrivateRedis(options);
    await connect();
  }, START_TIMEOUT_MS);
  beforeEach(async () => {
    await wake(running());
    await untilReady(redis());
    await empty(redis());
  });
  afterAll(async () => {
    for (const client of clients) client.disconnect();
    await server?.stop();
  });

  return {
    redis,
    connect,
    get server() {
      return running();
    },
  };
}

async function wake(server: PrivateRedis): Promise<void> {
  if (server.pid === 0) await server.restart();
  else server.resume();
}

async function empty(redis: Redis): Promise<void> {
  await redis.flushall();
  await redis.function('FLUSH');
  await redis.script('FLUSH');
  const users = (await redis.acl('USERS')).filter((name) => name !== 'default');
  if (users.length > 0) await redis.acl('DELUSER', ...users);
}
