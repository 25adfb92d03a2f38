import { Cluster, Redis as Server } from 'ioredis';
import { targetOf, type ConnectionOptions, type RedisAddress } from './address.js';

/** The longest pause between two attempts to reconnect, ms: services resume well within a cycle of Redis's return. */
const MAX_RECONNECT_DELAY_MS = 500;
const CONNECT_TIMEOUT_MS = 2000;
/** How long a server may take from the connection to its first answers, ms. As long as a command may. */
const HANDSHAKE_TIMEOUT_MS = 5000;

const retryDelayMs = (attempt: number): number => Math.min(50 * attempt, MAX_RECONNECT_DELAY_MS);

/** A connection: to one server, to the master that Sentinel names, or to all masters of a Cluster. */
export type Redis = Server | Cluster;

/** How a connection reports what happens to it. */
export interface ConnectionEvents {
  /** Each failed attempt and each lost connection; the connection goes on trying by itself. */
  onError?: (error: Error) => void;
  onReady?: () => void;
}

/**
 * Opens a connection that never gives up and never queues: while Redis is away, commands fail at once, and what was in
 * flight when the connection broke is not sent again (an XADD sent twice would be two entries). Whoever decides to
 * try again is the service's loop. Where the server refuses the database (there is none of that number), the connection
 * does not become ready.
 * @throws TypeError for an address that is none.
 */
export function connectRedis(address: RedisAddress, name: string, events: ConnectionEvents = {}): Redis {
  const target = targetOf(address);
  const common: ConnectionOptions = {
    ...target.options,
    connectionName: name,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectTimeout: CONNECT_TIMEOUT_MS,
    disconnectTimeout: 100, // a connection that is lost already must not hold the process
  };
  const redis: Redis =
    target.kind === 'server'
      ? new Server({ ...common, enableOfflineQueue: false, retryStrategy: retryDelayMs })
      : new Cluster(target.nodes, {
          redisOptions: common, // to each master a connection of its own, opened when it is first needed
          clusterRetryStrategy: retryDelayMs,
          slotsRefreshInterval: 2000, // a replica that was promoted is found also when nobody is told of it by MOVED
          maxRedirections: 8,
          retryDelayOnTryAgain: 50,
          // What the cluster or a connection could not serve is not sent again by itself, as above.
          retryDelayOnFailover: 0,
          retryDelayOnClusterDown: 0,
        });
  if (redis instanceof Server) giveUpSilentOnes(redis, (error) => events.onError?.(error));
  let refusal: Error | undefined;
  redis.on('connect', () => (refusal = undefined));
  redis.on('error', (error: Error & { command?: { name?: string } }) => {
    // ioredis would go on, in database 0: another than the one that was meant, and maybe the one that trades.
    if (redis instanceof Server && error.command?.name === 'select') {
      refusal = error;
      redis.disconnect(true);
    }
    events.onError?.(refusal ?? error); // what fails by the disconnection has no other cause
  });
  redis.on('node error', (error: Error) => {
    // While others serve, one master's trouble is told by the commands that it costs.
    if (redis.status !== 'ready') events.onError?.(error);
  });
  if (events.onReady) redis.on('ready', events.onReady);
  return redis;
}

/**
 * Gives up a connection that a server (or what stands before it) takes and then says nothing on: ioredis would wait for
 * as long as it stays open, also when the address has led to another server since. One that is closed without an answer is
 * tried again by ioredis, but it tells nobody.
 */
function giveUpSilentOnes(redis: Server, onError: (error: Error) => void): void {
  let timer: NodeJS.Timeout | undefined;
  let isTold = false;
  redis.on('connect', () => {
    timer = setTimeout(() => {
      redis.disconnect(true);
      isTold = true;
      onError(new Error(`Redis was not ready within ${HANDSHAKE_TIMEOUT_MS} ms`));
    }, HANDSHAKE_TIMEOUT_MS);
  });
  for (const event of ['error', 'ready']) redis.on(event, () => (isTold = true)); // of a lost one, commands tell
  for (const event of ['ready', 'close', 'end']) redis.on(event, () => clearTimeout(timer));
  redis.on('reconnecting', () => {
    if (!isTold) onError(new Error('Redis closed the connection without an answer'));
    isTold = false;
  });
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

/** What answers by itself: the server, or every master of a Cluster. */
export const mastersOf = (redis: Redis): Server[] => (redis instanceof Cluster ? redis.nodes('master') : [redis]);

/**
 * Version of the server, of a Cluster the oldest of its masters that answer. Asked by HELLO, which needs no permission,
 * so that no ACL can keep a service from finding out.
 */
export async function serverVersion(redis: Redis): Promise<{ text: string; major: number; minor: number }> {
  const asked = await Promise.allSettled(mastersOf(redis).map(versionOf));
  const versions = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  versions.sort((a, b) => a.major - b.major || a.minor - b.minor);
  if (versions[0]) return versions[0];
  const failed = asked.find((one) => one.status === 'rejected');
  throw failed ? (failed.reason as Error) : new Error('there is no server to ask');
}

async function versionOf(server: Server): Promise<{ text: string; major: number; minor: number }> {
  const text = await server.call('HELLO').then(
    (reply) => (reply as string[])[(reply as string[]).indexOf('version') + 1] ?? '',
    async (error: unknown) => {
      if (!/unknown command/i.test((error as Error).message)) throw error;
      return /^redis_version:(\S+)/m.exec(await server.info('server'))?.[1] ?? ''; // older than HELLO, and than ACLs
    },
  );
  const [major = 0, minor = 0] = text.split('.').map(Number);
  return { text, major, minor };
}
