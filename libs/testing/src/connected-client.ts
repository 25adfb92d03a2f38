import { Redis, type RedisOptions } from 'ioredis';

// ioredis waits this long even for a lost connection, and keeps jest from ending.
const DISCONNECT_TIMEOUT_MS = 100;

/** Omits the option that changes the type of every reply. */
export type ConnectOptions = Omit<RedisOptions, 'replyMapping'>;

/**
 * A client that is ready: batches and scripts refuse one that is not, and whether a new one is depends on the machine.
 * The caller disconnects it. Failed commands reject by themselves; further errors are not printed.
 * @throws Error if the connection was closed for good before it was ready.
 */
export async function connectedClient(url: string, options: ConnectOptions = {}): Promise<Redis> {
  const client = new Redis(url, { disconnectTimeout: DISCONNECT_TIMEOUT_MS, ...options });
  client.on('error', () => undefined); // without a listener ioredis prints it
  await untilReady(client);
  return client;
}

/** Waits until a client can take batches, e.g. again after its server was restarted. */
export async function untilReady(client: Redis): Promise<void> {
  if (client.status === 'ready') return;
  await new Promise<void>((resolve, reject) => {
    client.once('ready', resolve);
    client.once('end', () => {
      reject(new Error('the connection was closed before it was ready'));
    });
  });
}
