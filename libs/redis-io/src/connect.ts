import { Cluster, Redis as Server } from 'ioredis';
import { targetOf, type ConnectionOptions, type RedisAddress } from './address.js';
import { reconnectOnReadOnly } from './read-only.js';
import { withTimeout } from './timeout.js';

/** Maximum pause between two attempts to reconnect, ms: services resume well within a cycle of Redis's return. */
const MAX_RECONNECT_DELAY_MS = 500;
/** From one look at the slots to the next, ms: finds a promoted replica even if no MOVED reports it. */
const SLOTS_REFRESH_MS = 2000;
const CONNECT_TIMEOUT_MS = 2000;
/** How long one server may take to say what it is, ms: one that hangs must not keep those that answer. */
const ANSWER_TIMEOUT_MS = 2000;
/** How long a server may take from the connection to its first answers, ms: as long as for a command. */
const HANDSHAKE_TIMEOUT_MS = 5000;

const retryDelayMs = (attempt: number): number => Math.min(50 * attempt, MAX_RECONNECT_DELAY_MS);

/** A connection: to one server, to the master that Sentinel names, or to all masters of a Cluster. */
export type Redis = Server | Cluster;

/** Callbacks of a connection. */
export interface ConnectionEvents {
  /** Each failed attempt and each lost connection. The connection keeps trying. */
  onError?: (error: Error) => void;
  onReady?: () => void;
}

/**
 * Opens a connection that never gives up and never queues. While Redis is away, commands fail at once. Commands in
 * flight when the connection broke are not sent again (an XADD sent twice would add two entries). The service's loop
 * decides about retries. Where the server refuses the database (it has none of that number), the connection does not
 * become ready.
 * @throws TypeError for an invalid address.
 */
export function connectRedis(address: RedisAddress, name: string, events: ConnectionEvents = {}): Redis {
  const target = targetOf(address);
  const common: ConnectionOptions = {
    ...target.options,
    connectionName: name,
    disableClientInfo: true, // no ACL of ours lets CLIENT SETINFO through, and from 7.2 on each denial is logged
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectTimeout: CONNECT_TIMEOUT_MS,
    disconnectTimeout: 100, // a connection that is lost already must not hold the process
  };
  const redis: Redis =
    target.kind === 'server'
      ? new Server({ ...common, enableOfflineQueue: false, retryStrategy: retryDelayMs })
      : new Cluster(target.nodes, {
          redisOptions: common, // one connection per master, opened on first use
          clusterRetryStrategy: retryDelayMs,
          enableReadyCheck: false, // it waits without a limit for a node at random, which may hang
          slotsRefreshInterval: 0, // refreshSlots does it
          maxRedirections: 8,
          retryDelayOnTryAgain: 50,
          // Commands that the cluster or a connection could not serve are not sent again, as above.
          retryDelayOnFailover: 0,
          retryDelayOnClusterDown: 0,
        });
  if (redis instanceof Server) {
    reconnectOnReadOnly(redis);
    giveUpSilentOnes(redis, (error) => events.onError?.(error));
  } else refreshSlots(redis);
  let refusal: Error | undefined;
  redis.on('connect', () => (refusal = undefined));
  redis.on('error', (error: Error & { command?: { name?: string } }) => {
    // ioredis would go on in database 0, which may be the one that trades.
    if (redis instanceof Server && error.command?.name === 'select') {
      refusal = error;
      redis.disconnect(true);
    }
    events.onError?.(refusal ?? error); // commands that the disconnection fails have the same cause
  });
  redis.on('node error', (error: Error) => {
    // While others serve, failed commands report one master's fault.
    if (redis.status !== 'ready') events.onError?.(error);
  });
  if (events.onReady) redis.on('ready', events.onReady);
  return redis;
}

/**
 * Asks the Cluster again and again who serves which slots. ioredis can do so, too, but begins anew where `disconnect`
 * comes while it asks: the process would never end.
 */
function refreshSlots(redis: Cluster): void {
  let timer: NodeJS.Timeout | undefined;
  redis.on('ready', () => {
    clearInterval(timer);
    timer = setInterval(() => {
      redis.refreshSlotsCache(() => undefined);
    }, SLOTS_REFRESH_MS);
  });
  redis.on('close', () => {
    clearInterval(timer);
  });
}

/**
 * Gives up a connection that a server or a proxy accepts and does not answer. ioredis would wait for as long as it is
 * open, even if the address leads to another server by then. A connection that is closed without an answer is tried
 * again by ioredis, but not reported.
 */
function giveUpSilentOnes(redis: Server, onError: (error: Error) => void): void {
  let timer: NodeJS.Timeout | undefined;
  let isReported = false;
  redis.on('connect', () => {
    timer = setTimeout(() => {
      redis.disconnect(true);
      isReported = true;
      onError(new Error(`Redis was not ready within ${HANDSHAKE_TIMEOUT_MS} ms`));
    }, HANDSHAKE_TIMEOUT_MS);
  });
  // From 'ready' on, failed commands report a lost connection.
  for (const event of ['error', 'ready']) redis.on(event, () => (isReported = true));
  for (const event of ['ready', 'close', 'end']) {
    redis.on(event, () => {
      clearTimeout(timer);
    });
  }
  redis.on('reconnecting', () => {
    if (!isReported) onError(new Error('Redis closed the connection without an answer'));
    isReported = false;
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

/** The servers that answer: the one server, or every master of a Cluster. */
export const mastersOf = (redis: Redis): Server[] => (redis instanceof Cluster ? redis.nodes('master') : [redis]);

/**
 * What a server says it is. Valkey calls itself Redis 7.2.4 in INFO, for good; in HELLO it gives its own name and
 * version.
 */
export interface ServerVersion {
  /** "Redis" or "Valkey", or what else it says. */
  product: string;
  /** "7.0.15" */
  text: string;
  major: number;
  minor: number;
}

/** Version of the server; of a Cluster, its oldest answering master's. HELLO: no ACL can hide the version. */
export async function serverVersion(redis: Redis): Promise<ServerVersion> {
  const asked = await Promise.allSettled(mastersOf(redis).map(versionOf));
  const versions = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  versions.sort((a, b) => a.major - b.major || a.minor - b.minor);
  if (versions[0]) return versions[0];
  const failed = asked.find((one) => one.status === 'rejected');
  throw failed ? (failed.reason as Error) : new Error('there is no server to ask');
}

/** Asks one server. @throws BatchError where it does not answer within two seconds */
export const askServer = (server: Server, ...words: [name: string, ...args: string[]]): Promise<unknown> =>
  withTimeout(server.call(...words), ANSWER_TIMEOUT_MS, () => undefined);

async function versionOf(server: Server): Promise<ServerVersion> {
  const [name, text] = await askServer(server, 'HELLO').then(
    (reply) => ['server', 'version'].map((field) => valueAfter(field, reply as string[])),
    async (error: unknown) => {
      if (!/unknown command/i.test((error as Error).message)) throw error;
      const info = String(await askServer(server, 'INFO', 'server')); // older than HELLO and ACLs
      return ['redis', /^redis_version:(\S+)/m.exec(info)?.[1]];
    },
  );
  const [major = 0, minor = 0] = (text ?? '').split('.').map(Number);
  return { product: productName(name ?? ''), text: text ?? '', major, minor };
}

const valueAfter = (field: string, reply: readonly string[]): string | undefined => reply[reply.indexOf(field) + 1];
const productName = (name: string): string => (name === '' ? 'Redis' : name.charAt(0).toUpperCase() + name.slice(1));
