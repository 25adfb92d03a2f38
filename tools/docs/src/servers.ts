import { code, table } from './markdown.js';

/** What a server's files and programs are called where Debian's packages installed it. */
export interface ServerNames {
  title: string;
  /** Its package, and its unit without the ending. */
  package: string;
  client: string;
  folder: string;
  configuration: string;
}

export const SERVERS = {
  redis: {
    title: 'Redis',
    package: 'redis-server',
    client: 'redis-cli',
    folder: '/etc/redis',
    configuration: 'redis.conf',
  },
  valkey: {
    title: 'Valkey',
    package: 'valkey-server',
    client: 'valkey-cli',
    folder: '/etc/valkey',
    configuration: 'valkey.conf',
  },
} as const satisfies Record<string, ServerNames>;

export type ServerProduct = keyof typeof SERVERS;

const { redis, valkey } = SERVERS;
const RENAMED = ['client', 'folder', 'configuration', 'package'] as const;

/** A text that uses the names of Redis, as it reads on another server. */
export function namedFor(product: ServerProduct, text: string): string {
  const names = SERVERS[product];
  const renamed = RENAMED.reduce((result, what) => result.replaceAll(redis[what], names[what]), text);
  return renamed.replace(/\bRedis(?= \d+\.\d)/g, names.title);
}

/** Units that a service is started after: Debian's, and what other packages call them. */
export const SERVER_UNITS = Object.entries(SERVERS).flatMap(([product, names]) => [
  `${names.package}.service`,
  `${product}.service`,
]);

/** For a page that uses the names of Redis. */
export const serverNote = (): string =>
  `On ${valkey.title}, read ${code(valkey.client)} for ${code(redis.client)}: it takes the same arguments. Read ` +
  `${code(valkey.folder)} for ${code(redis.folder)} and\n${code(valkey.configuration)} for ${code(redis.configuration)}.`;

export const serverTable = (): string =>
  table(
    ['', 'client', 'folder', 'configuration', 'unit and package of Debian'],
    Object.values(SERVERS).map((names) => [names.title, ...RENAMED.map((what) => code(names[what]))]),
  );

/** Pages for those who run it. Others tell of the servers that the tests start. */
const FOR_OPERATORS = /^(docs|deploy|apps)\/|^README\.md$/;

/** Whether a page uses the names of Redis and does not give those of Valkey. */
export const lacksServerNote = (path: string, document: string): boolean =>
  FOR_OPERATORS.test(path) &&
  [redis.client, `${redis.folder}/`, redis.configuration].some((name) => document.includes(name)) &&
  !document.includes(valkey.client);
