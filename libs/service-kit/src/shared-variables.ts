import { redisVariables } from './redis-variables.js';
import { host, integer, number, oneOf, port } from './variable.js';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

/** What every service of the project reads. Spread into a definition, before the service's own. */
export const sharedVariables = {
  ...redisVariables,
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
    max: 86_400,
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

/** The port of a service's probes; each has another, so that all may run on one host. */
export const metricsPort = (byDefault: string) => ({
  METRICS_PORT: port({
    property: 'metricsPort',
    describe: 'Port on which /metrics, /healthz and /readyz are served',
    default: byDefault,
    anyFree: true,
  }),
});
