import { parseRedisUrl, REDIS_URL_FORMS, registerSecrets, secretsOfRedisUrl } from '@quantum/service-kit';
import { InvalidArgumentError } from 'commander';

const SECONDS_PER_UNIT: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Seconds of a duration: `90`, `60s`, `2m`, `1h`, `7d`. @throws InvalidArgumentError */
export function parseDuration(text: string): number {
  const [, digits, unit = 's'] = /^(\d+(?:\.\d+)?)([smhd])?$/.exec(text.trim()) ?? [];
  const seconds = Number(digits) * (SECONDS_PER_UNIT[unit] ?? NaN);
  // What a timer of node can wait for.
  if (!(seconds > 0 && seconds < 2_147_483))
    throw new InvalidArgumentError('like 90, 60s, 2m, 1h, 7d; 24 days at most');
  return seconds;
}

export const numberFrom =
  (least: number, most: number) =>
  (text: string): number => {
    const value = text.trim() === '' ? NaN : Number(text);
    if (!(value >= least && value <= most)) throw new InvalidArgumentError(`a number from ${least} to ${most}.`);
    return value;
  };

export const wholeFrom =
  (least: number, most: number) =>
  (text: string): number => {
    const value = numberFrom(least, most)(text);
    if (!Number.isInteger(value)) throw new InvalidArgumentError('a whole number.');
    return value;
  };

export function redisUrl(text: string): string {
  registerSecrets(secretsOfRedisUrl(text)); // commander quotes what is refused
  if (parseRedisUrl(text)) return text;
  throw new InvalidArgumentError(`${REDIS_URL_FORMS}.`);
}

export function policyHash(text: string): string {
  if (/^[0-9a-f]{12}$/.test(text)) return text;
  throw new InvalidArgumentError('12 hexadecimal digits.');
}

/** Collects `NAME=VALUE`, of a name that is given twice the last. */
export function assignment(text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const [, name, value] = /^\s*(\w+)\s*=\s*(\S.*?)\s*$/.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError('like NAME=VALUE.');
  return { ...before, [name]: value };
}
