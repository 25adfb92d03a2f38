import { parseRedisUrl, REDIS_URL_FORMS, registerSecrets, secretsOfRedisUrl } from '@quantum/service-kit';
import { InvalidArgumentError } from 'commander';
import { isRun } from './fixture.js';

// Parsers of command-line arguments. Each returns the value or throws InvalidArgumentError with the expected form.

/** A number in a range. @throws InvalidArgumentError */
export const parseNumberIn =
  (least: number, most: number) =>
  (text: string): number => {
    const value = text.trim() === '' ? NaN : Number(text);
    if (!(value >= least && value <= most)) throw new InvalidArgumentError(`a number from ${least} to ${most}.`);
    return value;
  };

export function redisUrl(text: string): string {
  registerSecrets(secretsOfRedisUrl(text)); // commander itself quotes the refused value
  if (parseRedisUrl(text)) return text;
  throw new InvalidArgumentError(`${REDIS_URL_FORMS}.`);
}

/** A service's address, with or without the path of its metrics. The option accepts several, repeated or in a list. */
export function parseMetricsUrl(text: string, previous: string[] | undefined): string[] {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol) || !['/', '/metrics'].includes(url.pathname))
    throw new InvalidArgumentError('a URL like http://host:8044.');
  return [...(previous ?? []), url.origin];
}

export function parseStep(text: string): 1 | 2 | 'brain' {
  if (text === 'brain') return text;
  if (text !== '1' && text !== '2') throw new InvalidArgumentError('1 (shadow proposer), 2 (governor) or brain.');
  return text === '1' ? 1 : 2;
}

/** A symbol that plans and keys may carry: no braces, no blanks, no control characters. */
export function parseSymbol(text: string): string {
  if (/^[^\s{}\p{Cc}]{1,64}$/u.test(text)) return text;
  throw new InvalidArgumentError('1 to 64 characters without blanks and braces.');
}

/** The name of a run, as the run prints it at its start. */
export function parseRun(text: string): string {
  if (isRun(text)) return text;
  throw new InvalidArgumentError("a run's name: the eight letters and digits after PROOF_ in its symbols.");
}
