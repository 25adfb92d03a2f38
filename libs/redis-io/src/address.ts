import type { RedisOptions } from 'ioredis';

/** Where Redis is, as the environment says it. `url` wins over the rest. */
export interface RedisAddress {
  /** `redis://`, `rediss://` (TLS) or `unix:///path/to.sock?db=N`; empty for host and port. */
  url: string;
  host: string;
  port: number;
  db: number;
}

/** What ioredis is told; replies keep the shapes that it has always given. */
export type ConnectionOptions = Omit<RedisOptions, 'replyMapping'>;

/**
 * Connection options for an address.
 * @throws TypeError for a URL of another kind.
 */
export function addressOptions(address: RedisAddress): ConnectionOptions {
  if (address.url === '') return { host: address.host, port: address.port, db: address.db };
  const url = new URL(address.url);
  const login = {
    ...(url.username === '' ? {} : { username: decodeURIComponent(url.username) }),
    ...(url.password === '' ? {} : { password: decodeURIComponent(url.password) }),
  };
  if (url.protocol === 'unix:') {
    return { path: decodeURIComponent(url.pathname), db: Number(url.searchParams.get('db') ?? address.db), ...login };
  }
  if (url.protocol !== 'redis:' && url.protocol !== 'rediss:') {
    throw new TypeError(`a Redis URL starts with redis://, rediss:// or unix://, not ${url.protocol}//`);
  }
  const db = url.pathname.length > 1 ? Number(url.pathname.slice(1)) : address.db;
  return {
    host: url.hostname === '' ? address.host : url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? address.port : Number(url.port),
    db,
    ...login,
    ...(url.protocol === 'rediss:' ? { tls: { servername: url.hostname } } : {}),
  };
}
