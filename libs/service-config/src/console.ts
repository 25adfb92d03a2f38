import {
  defineConfig,
  file,
  host,
  metricsPort,
  port,
  redisCrossChecks,
  secretLines,
  sharedVariables,
  type Config,
} from '@quantum/service-kit';
import { isIPv4 } from 'node:net';

/** A shorter one can be guessed at the rate at which a page answers. */
const LEAST_TOKEN_LENGTH = 16;

const isLoopback = (address: string): boolean =>
  address === 'localhost' || address === '::1' || (isIPv4(address) && address.startsWith('127.'));

/** Everything that the console reads from its environment. */
export const consoleDefinition = defineConfig(
  {
    ...sharedVariables,
    CONSOLE_HOST: host({
      property: 'consoleHost',
      describe: 'Address on which the page is served; any but a loopback address needs CONSOLE_AUTH_TOKEN_FILE',
      default: '127.0.0.1',
    }),
    CONSOLE_PORT: port({
      property: 'consolePort',
      describe: 'Port on which the page is served',
      default: '8070',
      anyFree: true,
    }),
    CONSOLE_AUTH_TOKEN_FILE: file(
      'authToken',
      "File that holds the token that the page asks for; by default the unit's credential console-auth-token, where there is one",
      '/path/to/console-auth-token',
      secretLines,
    ),
    ...metricsPort('8071'),
  },
  {
    crossChecks: [
      ...redisCrossChecks,
      {
        variables: ['CONSOLE_HOST', 'CONSOLE_AUTH_TOKEN_FILE'],
        holds: ({ consoleHost, authToken }) => isLoopback(consoleHost) || authToken !== undefined,
        requirement: 'an address that is not a loopback address needs CONSOLE_AUTH_TOKEN_FILE',
      },
      {
        variables: ['CONSOLE_AUTH_TOKEN_FILE'],
        holds: ({ authToken }) => authToken === undefined || authToken.length >= LEAST_TOKEN_LENGTH,
        requirement: `the token must have at least ${LEAST_TOKEN_LENGTH} characters`,
      },
      {
        variables: ['CONSOLE_AUTH_TOKEN_FILE'],
        holds: ({ authToken }) => authToken === undefined || /^[\x21-\x7e]+$/.test(authToken),
        requirement: 'the token must be printable ASCII without blanks, because it goes into an HTTP header',
      },
    ],
  },
);

/** The console's configuration. */
export type ConsoleConfig = Config<typeof consoleDefinition>;
