import { types } from 'node:util';
import { redact } from './redact.js';

/** How many causes of causes are reported. */
const MAX_CAUSES = 5;

/**
 * What may be reported of an error. Everything else that a library puts there stays away: ioredis keeps AUTH's
 * arguments.
 */
export interface SafeError {
  readonly type: string;
  readonly message: string;
  readonly code?: string | number;
  readonly stack?: string;
  readonly cause?: SafeError;
}

/** Also of another realm, which `instanceof` does not see. */
export const isError = (value: unknown): value is Error => value instanceof Error || types.isNativeError(value);

/** An error, or whatever was thrown, as it may be logged: these properties and no others. Never throws. */
export function serializeError(error: unknown, depth = 0): SafeError {
  if (typeof error !== 'object' || error === null) return { type: typeof error, message: String(error) };
  const { message, code, stack, cause } = error as { [K in 'message' | 'code' | 'stack' | 'cause']?: unknown };
  return {
    type: typeOf(error),
    message: typeof message === 'string' ? message : '',
    ...((typeof code === 'string' || typeof code === 'number') && { code }),
    ...(typeof stack === 'string' && { stack }),
    ...(cause !== undefined && depth < MAX_CAUSES && { cause: serializeError(cause, depth + 1) }),
  };
}

/** Errors that were serialised already carry their type as text. */
function typeOf(error: object): string {
  const { type, name } = error as { type?: unknown; name?: unknown };
  if (isError(error)) return error.name;
  return typeof type === 'string' ? type : typeof name === 'string' ? name : 'object';
}

/** An error and its causes with their stacks, for a person and without secrets. */
export function failureText(error: unknown): string {
  const lines: string[] = [];
  for (let one: SafeError | undefined = serializeError(error); one !== undefined; one = one.cause) {
    const code = one.code === undefined ? '' : ` (code ${one.code})`;
    lines.push(`${lines.length === 0 ? '' : 'caused by '}${one.stack ?? `${one.type}: ${one.message}`}${code}`);
  }
  return redact(lines.join('\n'));
}
