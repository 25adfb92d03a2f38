import { z } from 'zod';
import type { ConfigOf } from './define-config.js';
import { maskPasswords } from './mask.js';
import { host, integer, number, oneOf, port, variable } from './variable.js';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

/** Complete enough that nothing is left to fail when the connection is made. */
function isRedisUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, pathname, username, password } = new URL(text);
  try {
    decodeURIComponent(username + password);
  } catch {
    return false;
  }
  if (protocol === 'unix:') return hostname === '' && pathname.length > 1;
  return ['redis:', 'rediss:'].includes(protocol) && hostname !== '' && /^(?:\/\d*)?$/.test(pathname);
}

/** What every service of the project reads. Spread into a definition, before the service's own. */
export const sharedVariables = {
  REDIS_URL: variable(
    z.string().refine(isRedisUrl),
    'redis://[user:password@]host[:port][/db], rediss:// likewise (TLS), or unix:///path/to.sock[?db=n]',
    {
      property: 'redisUrl',
      describe: 'Where Redis is; wins over REDIS_HOST, REDIS_PORT and REDIS_DB',
      example: 'redis://user:password@localhost:6379/0',
      mask: maskPasswords,
    },
  ),
  REDIS_HOST: host({ property: 'redisHost', describe: 'Host of Redis', default: 'localhost' }),
  REDIS_PORT: port({ property: 'redisPort', describe: 'Port of Redis', default: '6379' }),
  REDIS_DB: integer({ property: 'redisDb', describe: 'Database number in Redis', default: '0', min: 0 }),
  P31_MIN_CONF: number({
    property: 'minConfidence',
    describe: 'An efficiency reading with a lower confidence is not acted on (low_conf)',
    default: '0.65',
    min: 0,
    max: 1,
  }),
  P31_MAX_FUTURE_SEC: number({
    property: 'maxFutureSec',
    describe: 'How far ahead of our clock the time of an efficiency reading may be (else invalid_eff)',
    default: '60',
    min: 0,
    unit: 'seconds',
  }),
  METRICS_HOST: host({
    property: 'metricsHost',
    describe: 'Address on which /metrics, /healthz and /readyz are served',
    default: '127.0.0.1',
  }),
  METRICS_MAX_SYMBOLS: integer({
    property: 'metricsMaxSymbols',
    describe: 'How many symbols may have metric series of their own; the others are counted',
    default: '500',
    min: 0,
    unit: 'symbols',
  }),
  LOG_LEVEL: oneOf(LOG_LEVELS, {
    property: 'logLevel',
    describe: 'The least severe level that is logged',
    default: 'info',
  }),
};

/** Where Redis is, from a loaded configuration: `url` wins, empty for host and port. */
export const redisAddress = (
  config: Pick<ConfigOf<typeof sharedVariables>, 'redisUrl' | 'redisHost' | 'redisPort' | 'redisDb'>,
): { url: string; host: string; port: number; db: number } => ({
  url: config.redisUrl ?? '',
  host: config.redisHost,
  port: config.redisPort,
  db: config.redisDb,
});
