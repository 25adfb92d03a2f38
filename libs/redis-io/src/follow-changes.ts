import { Cluster, type Redis as Server } from 'ioredis';
import type { Redis } from './connect.js';
import { ReadCache } from './read-cache.js';

/** Where a server publishes which keys were written, to a client that speaks RESP2. */
const NOTICES = '__redis__:invalidate';

/** Where it is told how caching goes. */
export interface ChangesOptions {
  /** Of the connection that brings the notices, for CLIENT LIST. */
  name: string;
  /** Told when the server does not let us follow changes (permissions, a proxy): then nothing is cached. */
  onRefused: (error: Error) => void;
}

/** A cache, and the connection that keeps it true. */
export interface FollowedReads {
  cache: ReadCache;
  /** Ends the connection, and the caching. */
  stop: () => void;
}

/**
 * A cache of what `redis` reads, kept true by the server's own notices of changes (CLIENT TRACKING, opt-in). They come over a
 * connection of their own, as the client passes over notices among replies. The cache is off from when the loss of either
 * connection is noticed until both are there again, at one server. Of a Cluster, nothing is cached.
 */
export function followChanges(redis: Redis, { name, onRefused }: ChangesOptions): FollowedReads | undefined {
  if (redis instanceof Cluster) return undefined;
  const cache = new ReadCache();
  let notices: Server | undefined;
  let isRefusalTold = false;

  const follow = async (own: Server): Promise<void> => {
    const [ownServer, server] = await Promise.all([runIdOf(own), runIdOf(redis)]);
    if (ownServer !== server) {
      own.disconnect(true); // after a failover one of them may have found the new master before the other
      return;
    }
    const id = await own.client('ID');
    await own.subscribe(NOTICES);
    await redis.client('TRACKING', 'ON', 'REDIRECT', id, 'OPTIN');
    await redis.client('CACHING', 'YES'); // only to see that it may be sent
    if (own !== notices || own.status !== 'ready') return;
    isRefusalTold = false;
    cache.start();
  };
  const failed = (error: Error): void => {
    // A connection that went meanwhile comes again, and with it another attempt.
    const isRefusal = error.name === 'ReplyError' && !error.message.startsWith('ERR The client ID');
    if (!isRefusal || isRefusalTold) return;
    isRefusalTold = true;
    onRefused(error);
  };
  const close = (): void => {
    cache.stop();
    notices?.disconnect();
    notices = undefined;
  };
  // Each time anew: a connection that is told to reconnect while it does so already may never come again.
  const open = (): void => {
    close();
    const own = redis.duplicate({ protocol: 2, connectionName: name, autoResubscribe: false });
    notices = own;
    own.on('error', () => undefined); // of the server's being away, `redis` tells
    own.on('messageBuffer', (_channel: Buffer, keys: readonly Buffer[] | null) => {
      if (keys) for (const key of keys) cache.forget(key.toString());
      else cache.forgetAll(); // FLUSHALL, FLUSHDB
    });
    own.on('ready', () => {
      follow(own).catch(failed);
    });
    own.on('close', () => {
      if (own === notices) cache.stop();
    });
  };
  redis.on('ready', open);
  redis.on('close', close);
  if (redis.status === 'ready') open();
  return {
    cache,
    stop: () => {
      redis.off('ready', open);
      redis.off('close', close);
      close();
    },
  };
}

/** What no two runs of servers have in common. */
const runIdOf = async (server: Server): Promise<string | undefined> =>
  /^run_id:(\w+)/m.exec(await server.info('server'))?.[1];
