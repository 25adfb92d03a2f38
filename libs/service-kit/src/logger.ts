import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';
import { isError, serializeError } from './errors.js';
import { redactLine } from './redact.js';

export type { Logger } from 'pino';

/**
 * Under whatever name an error is logged: as JSON.stringify sees it, an error of ioredis is a command with its
 * arguments.
 */
const withoutDetails = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, isError(value) ? serializeError(value) : value]),
  );

/**
 * A logger that writes one JSON object a line to stdout (or `destination`): ISO time, level as a word, errors with
 * type, message, code, stack and cause under `err`, and no other property of theirs. Secrets of the configuration,
 * fields named `password` and logins inside URLs, wherever they are, are masked.
 * Written synchronously and without a transport: nothing is lost when a process exits, and it works in a bundle.
 */
export function createLogger(options: { name: string; level?: string; destination?: DestinationStream }): Logger {
  return pino(
    {
      name: options.name,
      level: options.level ?? 'info',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: withoutDetails },
      serializers: { err: serializeError },
      redact: { paths: ['password', '*.password', '*.*.password'], censor: '***' },
      // On the finished line: messages and stacks of a client library may quote what it was given.
      hooks: { streamWrite: redactLine },
    },
    options.destination ?? pino.destination({ dest: 1, sync: true }),
  );
}
