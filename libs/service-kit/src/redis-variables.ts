import { parseRedisUrl, REDIS_URL_FORMS } from '@quantum/redis-io';
import * as z from 'zod';
import type { ConfigOf, CrossCheck } from './define-config.js';
import { file, secretLines } from './file-variable.js';
import { maskRedisUrl, secretsOfRedisUrl } from './mask.js';
import { host, integer, port, text, variable } from './variable.js';

/** Where Redis is and who asks. */
export const redisVariables = {
  REDIS_URL: variable(
    z.string().refine((url) => parseRedisUrl(url) !== undefined),
    REDIS_URL_FORMS,
    {
      property: 'redisUrl',
      describe: 'Where Redis is; wins over REDIS_HOST, REDIS_PORT and REDIS_DB',
      example: 'redis://user:password@localhost:6379/0',
      mask: maskRedisUrl,
      secrets: secretsOfRedisUrl,
    },
  ),
  REDIS_HOST: host({ property: 'redisHost', describe: 'Host of Redis', default: 'localhost' }),
  REDIS_PORT: port({ property: 'redisPort', describe: 'Port of Redis', default: '6379' }),
  REDIS_DB: integer({ property: 'redisDb', describe: 'Database number in Redis', default: '0', min: 0 }),
  REDIS_USERNAME: text({
    property: 'redisUsername',
    describe: 'ACL user, unless REDIS_URL names one',
    example: 'quantum-governor',
    mask: () => '***',
  }),
  REDIS_PASSWORD: text({
    property: 'redisPassword',
    describe: 'Password, unless REDIS_URL or REDIS_PASSWORD_FILE has it',
    mask: () => '***',
    secrets: (password) => [password],
  }),
  REDIS_PASSWORD_FILE: file(
    'redisPasswordFromFile',
    "File that holds the password; by default the unit's credential redis-password, where there is one",
    '/path/to/redis-password',
    secretLines,
  ),
  REDIS_TLS_CA: file('redisTlsCa', 'CA that signed the server, PEM; by default those of node', '/etc/quantum/ca.crt'),
  REDIS_TLS_CERT: file('redisTlsCert', 'Client certificate, PEM', '/etc/quantum/client.crt'),
  REDIS_TLS_KEY: file(
    'redisTlsKey',
    "Key of the client certificate, PEM; by default the unit's credential redis-tls-key, where there is one",
    '/path/to/client.key',
    secretLines,
  ),
};

type RedisConfig = ConfigOf<typeof redisVariables>;

const urlOf = ({ redisUrl }: RedisConfig) => parseRedisUrl(redisUrl ?? '');
const atMostOne = (...values: unknown[]): boolean => values.filter((value) => value !== undefined).length <= 1;

/** What these variables must not say at once. Spread into a definition that spreads `redisVariables`. */
export const redisCrossChecks: readonly CrossCheck<typeof redisVariables>[] = [
  {
    variables: ['REDIS_URL', 'REDIS_USERNAME'],
    holds: (config) => atMostOne(urlOf(config)?.username, config.redisUsername),
    requirement: 'the user must stand in one of them',
  },
  {
    variables: ['REDIS_URL', 'REDIS_PASSWORD', 'REDIS_PASSWORD_FILE'],
    holds: (config) => atMostOne(urlOf(config)?.password, config.redisPassword, config.redisPasswordFromFile),
    requirement: 'the password must stand in one of them',
  },
  {
    variables: ['REDIS_URL', 'REDIS_USERNAME', 'REDIS_PASSWORD', 'REDIS_PASSWORD_FILE'],
    holds: (config) => {
      const url = urlOf(config);
      const password = url?.password ?? config.redisPassword ?? config.redisPasswordFromFile;
      return (url?.username ?? config.redisUsername) === undefined || password !== undefined;
    },
    requirement: 'a user needs a password',
  },
  {
    variables: ['REDIS_URL', 'REDIS_TLS_CA', 'REDIS_TLS_CERT', 'REDIS_TLS_KEY'],
    holds: (config) =>
      urlOf(config)?.tls === true || (config.redisTlsCa ?? config.redisTlsCert ?? config.redisTlsKey) === undefined,
    requirement: 'certificates need a REDIS_URL with rediss',
  },
  {
    variables: ['REDIS_TLS_CERT', 'REDIS_TLS_KEY'],
    holds: ({ redisTlsCert, redisTlsKey }) => (redisTlsCert === undefined) === (redisTlsKey === undefined),
    requirement: 'a client certificate and its key must both be there, or none',
  },
  {
    variables: ['REDIS_URL', 'REDIS_DB'],
    holds: (config) => urlOf(config)?.kind !== 'cluster' || config.redisDb === 0,
    requirement: 'a Cluster has database 0 alone',
  },
];

/** Where Redis is and who asks, from a loaded configuration, as `connectRedis` takes it. */
export const redisAddress = (config: RedisConfig) => ({
  /** Wins over host, port and db; empty for those. */
  url: config.redisUrl ?? '',
  host: config.redisHost,
  port: config.redisPort,
  db: config.redisDb,
  username: config.redisUsername,
  password: config.redisPassword ?? config.redisPasswordFromFile,
  /** PEM texts. */
  tls: { ca: config.redisTlsCa, cert: config.redisTlsCert, key: config.redisTlsKey },
});
