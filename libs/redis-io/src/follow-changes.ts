import { Cluster } from 'ioredis';
import type { Redis } from './connect.js';
import { ReadCache } from './read-cache.js';

/** Where a server of RESP2 publishes which keys were written. */
const NOTICES = '__redis__:invalidate';

/** Where it is told how caching goes. */
export interface ChangesOptions {
  /** Of the connection that brings the notices, for CLIENT LIST. */
  name: string;
  /** Told once when the server does not let us follow changes (permissions, a proxy): then nothing is cached. */
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
 * connection of their own, as the client passes over notices among replies. The cache is off whenever one of the two
 * connections is away. Of a Cluster, nothing is cached.
 */
export function followChanges(redis: Redis, { name, onRefused }: ChangesOptions): FollowedReads | undefined {
  if (redis instanceof Cluster) return undefined;
  const cache = new ReadCache();
  // RESP2, as in RESP3 the notices would be no messages of a channel.
  const notices = redis.duplicate({ protocol: 2, connectionName: name, autoResubscribe: false });
  /** Of the notices' connection, once it listens. */
  let listenerId: number | undefined;
  let isRefusalTold = false;

  const follow = async (): Promise<void> => {
    const id = listenerId;
    if (id === undefined || redis.status !== 'ready') return;
    await redis.client('TRACKING', 'ON', 'REDIRECT', id, 'OPTIN');
    if (id === listenerId) cache.start();
  };
  const listen = async (): Promise<void> => {
    const id = await notices.client('ID');
    await notices.subscribe(NOTICES);
    listenerId = id;
    await follow();
  };
  const away = (): void => {
    listenerId = undefined;
    cache.stop();
  };
  const attempt = (step: () => Promise<void>) => (): void => {
    step().catch((error: unknown) => {
      // A connection that went meanwhile comes again, and with it another attempt.
      if ((error as Error).name !== 'ReplyError' || isRefusalTold) return;
      isRefusalTold = true;
      onRefused(error as Error);
    });
  };
  notices.on('messageBuffer', (_channel: Buffer, keys: readonly Buffer[] | null) => {
    if (keys) for (const key of keys) cache.forget(key.toString());
    else cache.forgetAll(); // FLUSHALL, FLUSHDB
  });
  notices.on('error', () => undefined); // of the server's being away, `redis` tells
  notices.on('ready', attempt(listen));
  notices.on('close', away);
  // Notices must come from the server that `redis` finds again, which need not be the one of before.
  const reconnect = (): void => {
    away();
    notices.disconnect(true);
  };
  const followAgain = attempt(follow);
  redis.on('ready', followAgain);
  redis.on('close', reconnect);
  return {
    cache,
    stop: () => {
      redis.off('ready', followAgain);
      redis.off('close', reconnect);
      away();
      notices.disconnect();
    },
  };
}
