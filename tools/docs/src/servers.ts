import { code, table } from './markdown.js';

/** What a server's files and programs are called where Debian's packages installed it. */
interface ServerNames {
  product: string;
  package: string;
  client: string;
  folder: string;
  configuration: string;
  /** Its unit, then other names of it. */
  units: readonly string[];
}

const REDIS: ServerNames = {
  product: 'Redis',
  package: 'redis-server',
  client: 'redis-cli',
  folder: '/etc/redis',
  configuration: 'redis.conf',
  units: ['redis-server.service', 'redis.service'],
};
const VALKEY: ServerNames = {
  product: 'Valkey',
  package: 'valkey-server',
  client: 'valkey-cli',
  folder: '/etc/valkey',
  configuration: 'valkey.conf',
  units: ['valkey-server.service', 'valkey.service'],
};
const SERVERS = [REDIS, VALKEY];

/** Units that a service is started after. */
export const SERVER_UNITS = SERVERS.flatMap(({ units }) => units);

/** For a page that names the one: how to read it for the other. */
export const serverNote = (): string =>
  `On ${VALKEY.product}, read ${code(VALKEY.client)} for ${code(REDIS.client)}: it takes the same arguments. Read ` +
  `${code(VALKEY.folder)} for ${code(REDIS.folder)} and ${code(VALKEY.configuration)} for ${code(REDIS.configuration)}.`;

export const serverTable = (): string =>
  table(
    ['', 'client', 'folder', 'configuration', 'unit', 'package of Debian'],
    SERVERS.map((names) => [
      names.product,
      ...[names.client, names.folder, names.configuration, names.units[0] ?? '', names.package].map(code),
    ]),
  );

const NAMED = new RegExp(`\\b${REDIS.client}\\b|${REDIS.folder}/|\\b${REDIS.configuration.replace('.', '\\.')}`);
/** Pages for those who run it. Others tell of the servers that the tests start. */
const FOR_OPERATORS = /^(docs|deploy|apps)\/|^README\.md$/;

/** Whether a page names Redis's client or files and not Valkey's client. */
export const lacksServerNote = (path: string, document: string): boolean =>
  FOR_OPERATORS.test(path) && NAMED.test(document) && !document.includes(VALKEY.client);
