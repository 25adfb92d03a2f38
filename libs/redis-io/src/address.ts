import { isIP } from 'node:net';
import type { ClusterNode, RedisOptions, SentinelAddress } from 'ioredis';
import { parseRedisUrl, REDIS_URL_FORMS, type RedisUrl } from './redis-url.js';

/** Address and login of Redis, as the environment gives them. */
export interface RedisAddress {
  /** Any of `REDIS_URL_FORMS`. It wins over `host`, `port` and `db`; empty to use those. */
  url: string;
  host: string;
  port: number;
  db: number;
  /** ACL user and password, if the URL lacks them. */
  username?: string | undefined;
  password?: string | undefined;
  /** For `rediss` URLs, PEM texts. */
  tls?: { ca: string | undefined; cert: string | undefined; key: string | undefined } | undefined;
}

/** Options of ioredis. Replies keep their long-standing shapes. */
export type ConnectionOptions = Omit<RedisOptions, 'replyMapping'>;

/** One server (direct or by Sentinel), or the first nodes of a Cluster with the options of all its nodes. */
export type Target =
  | { kind: 'server'; options: ConnectionOptions }
  | { kind: 'cluster'; nodes: ClusterNode[]; options: ConnectionOptions };

const SENTINEL_PORT = 26_379;

/**
 * The connection target of an address.
 * @throws TypeError for a URL of another kind.
 */
export function targetOf(address: RedisAddress): Target {
  const { host, port, db } = address;
  if (address.url === '') return { kind: 'server', options: { host, port, db, ...loginOf(address) } };
  const url = parseRedisUrl(address.url);
  if (!url) throw new TypeError(`a Redis URL is ${REDIS_URL_FORMS}`);
  const common = { ...loginOf(address, url), db: url.db ?? db };
  if (url.kind === 'unix') return { kind: 'server', options: { ...common, path: url.path } };
  const nodes = url.nodes.map((node) => ({ host: node.host, port: node.port ?? port }));
  const [first = { host, port }] = nodes;
  if (url.kind === 'single') {
    return { kind: 'server', options: { ...common, ...first, ...tlsOf(address, url, first.host) } };
  }
  if (url.kind === 'sentinel') return { kind: 'server', options: { ...common, ...sentinelOptions(address, url) } };
  return { kind: 'cluster', nodes, options: { ...loginOf(address, url), ...tlsOf(address, url) } };
}

function loginOf(address: RedisAddress, url?: RedisUrl): Pick<ConnectionOptions, 'username' | 'password'> {
  const username = url?.username ?? address.username;
  const password = url?.password ?? address.password;
  return { ...(username !== undefined && { username }), ...(password !== undefined && { password }) };
}

/** The server's certificate must carry the host's name. An IP address is checked, but never sent as a name. */
function tlsOf({ tls }: RedisAddress, url: RedisUrl, host = ''): Pick<ConnectionOptions, 'tls'> {
  if (!url.tls) return {};
  const { ca, cert, key } = tls ?? {};
  return {
    tls: {
      ...(ca !== undefined && { ca }),
      ...(cert !== undefined && { cert }),
      ...(key !== undefined && { key }),
      ...(host !== '' && isIP(host) === 0 && { servername: host }),
    },
  };
}

function sentinelOptions(address: RedisAddress, url: RedisUrl): ConnectionOptions {
  const sentinels: Partial<SentinelAddress>[] = url.nodes.map(({ host, port }) => ({
    host,
    port: port ?? SENTINEL_PORT,
  }));
  const { tls } = tlsOf(address, url);
  return {
    sentinels,
    name: url.masterName,
    ...(url.sentinelUsername !== undefined && { sentinelUsername: url.sentinelUsername }),
    ...(url.sentinelPassword !== undefined && { sentinelPassword: url.sentinelPassword }),
    ...(tls && { tls, sentinelTLS: tls, enableTLSForSentinelMode: true }),
    sentinelCommandTimeout: 1000, // a sentinel that hangs must not keep us from the next
    sentinelRetryStrategy: (attempt) => Math.min(50 * attempt, 500),
  };
}
