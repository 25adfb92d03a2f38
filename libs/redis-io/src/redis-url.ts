export interface RedisUrl {
  kind: 'single' | 'sentinel' | 'cluster' | 'unix';
  /** The server, or the sentinels or cluster nodes to ask first. A port that the URL lacks is undefined. */
  nodes: { host: string; port: number | undefined }[];
  tls: boolean;
  username: string | undefined;
  password: string | undefined;
  /** Undefined if the URL lacks it. */
  db: number | undefined;
  /** Path of a unix socket, else empty. */
  path: string;
  /** Sentinel's name of the master, else empty. */
  masterName: string;
  /** Login for the sentinels themselves. */
  sentinelUsername: string | undefined;
  sentinelPassword: string | undefined;
}

export const REDIS_URL_FORMS =
  'redis://[user:password@]host[:port][/db], redis+sentinel://[user:password@]host[:port][,host2[:port2]...]/master[/db], ' +
  'redis+cluster://[user:password@]host[:port][,host2[:port2]...], each with rediss for TLS, or unix:///path/to.sock[?db=n]';

const SCHEME = /^(redis|rediss)(?:\+(sentinel|cluster))?:\/\/|^unix:\/\/\//;

/** Parses a Redis URL of any of the forms above. Undefined for anything else, including an incomplete form. */
export function parseRedisUrl(text: string): RedisUrl | undefined {
  const [scheme, family, topology] = SCHEME.exec(text) ?? [];
  if (scheme === undefined) return undefined;
  try {
    return family === undefined
      ? parseUnix(new URL(text))
      : parseHosts(
          text.slice(scheme.length),
          family === 'rediss',
          (topology ?? 'single') as Exclude<RedisUrl['kind'], 'unix'>,
        );
  } catch {
    return undefined; // not a URL, or a login that is not URL-encoded
  }
}

function parseUnix(url: URL): RedisUrl | undefined {
  if (url.pathname.length < 2) return undefined;
  const db = dbNumber(url.searchParams.get('db') ?? '');
  return db === 'invalid' ? undefined : { ...form('unix', url), db, path: decodeURIComponent(url.pathname) };
}

function parseHosts(rest: string, tls: boolean, kind: Exclude<RedisUrl['kind'], 'unix'>): RedisUrl | undefined {
  // URL has no lists of hosts: it parses the first one, the others are parsed one by one.
  const end = /[/?]|$/.exec(rest)?.index ?? rest.length;
  const loginEnd = rest.lastIndexOf('@', end - 1) + 1;
  const [first = '', ...others] = rest.slice(loginEnd, end).split(',');
  const url = new URL(`redis://${rest.slice(0, loginEnd)}${first}${rest.slice(end)}`);
  const nodes = [url, ...others.map((host) => new URL(`redis://${host}`))].map(nodeOf);
  const path = url.pathname.split('/').slice(1).filter((part, i, all) => part !== '' || i < all.length - 1); // prettier-ignore
  const masterName = kind === 'sentinel' ? decodeURIComponent(path.shift() ?? '') : '';
  const db = dbNumber(path.shift() ?? '');
  // An unencoded `@`, `?` or `/` in a password: the text after it would be taken for a host and shown as one.
  const inQuery = kind === 'sentinel' ? url.pathname : rest.slice(end);
  const ambiguous = url.hash !== '' || inQuery.includes('@');
  const complete =
    !ambiguous &&
    nodes.every(({ host }) => host !== '') &&
    path.length === 0 &&
    (kind === 'sentinel') === (masterName !== '') &&
    (kind !== 'single' || nodes.length === 1) &&
    (kind !== 'cluster' || db === undefined || db === 0);
  if (!complete || db === 'invalid') return undefined;
  return { ...form(kind, url), nodes, tls, db, masterName };
}

function form(kind: RedisUrl['kind'], url: URL): RedisUrl {
  const text = (encoded: string) => (encoded === '' ? undefined : decodeURIComponent(encoded));
  return {
    kind,
    nodes: [],
    tls: false,
    username: text(url.username),
    password: text(url.password),
    db: undefined,
    path: '',
    masterName: '',
    sentinelUsername: url.searchParams.get('sentinel_username') ?? undefined,
    sentinelPassword: url.searchParams.get('sentinel_password') ?? undefined,
  };
}

const nodeOf = ({ hostname, port }: URL): RedisUrl['nodes'][number] => ({
  host: hostname.replace(/^\[|\]$/g, ''),
  port: port === '' ? undefined : Number(port),
});

const dbNumber = (text: string): number | undefined | 'invalid' =>
  text === '' ? undefined : /^\d{1,9}$/.test(text) ? Number(text) : 'invalid';
