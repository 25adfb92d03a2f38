import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';
import { maskPasswords } from './mask.js';

export type { Logger } from 'pino';

/**
 * A logger that writes one JSON object a line to stdout (or `destination`): ISO time, level as a word, errors with type,
 * message and stack under `err`. Fields named `password` and passwords inside URLs, wherever they stand, are masked.
 * Written synchronously and without a transport: nothing is lost when a process exits, and it works in a bundle.
 */
export function createLogger(options: { name: string; level?: string; destination?: DestinationStream }): Logger {
  return pino(
    {
      name: options.name,
      level: options.level ?? 'info',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: pino.stdSerializers.err, error: pino.stdSerializers.err },
      redact: { paths: ['password', '*.password', '*.*.password'], censor: '***' },
      // On the finished line: messages and stacks of a client library may quote the URL it was given.
      hooks: { streamWrite: maskPasswords },
    },
    options.destination ?? pino.destination({ dest: 1, sync: true }),
  );
}
