import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { startPrivateRedis, type PrivateRedis, type PrivateRedisOptions } from '@quantum/private-redis';
import { Redis, type RedisOptions } from 'ioredis';

// Without an installed redis-server, the first test ever downloads one, or in the last resort compiles it.
const START_TIMEOUT_MS = 600_000;
// ioredis waits this long even for a lost connection, and keeps jest from ending.
const DISCONNECT_TIMEOUT_MS = 100;

// Omits the option that changes the type of every reply.
type ConnectOptions = Omit<RedisOptions, 'replyMapping'>;

export interface RedisOfFile {
  /** The file's client, connected; empty database at the start of every test. */
  redis: () => Redis;
  /** A further client, for blocking commands or other options; disconnected after the file's last test. */
  connect: (options?: ConnectOptions) => Redis;
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
  const connect = (connectOptions: ConnectOptions = {}): Redis => {
    const client = new Redis(running().url, { disconnectTimeout: DISCONNECT_TIMEOUT_MS, ...connectOptions });
    client.on('error', () => undefined); // the commands fail by themselves; without this listener ioredis prints the error
    clients.push(client);
    return client;
  };
  const redis = (): Redis => clients[0] ?? connect();

  beforeAll(async () => {
    server = await startPrivateRedis(options);
    connect();
  }, START_TIMEOUT_MS);
  beforeEach(async () => {
    await wake(running());
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
