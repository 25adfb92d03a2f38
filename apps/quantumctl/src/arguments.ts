import { InvalidArgumentError, Option, type Command } from 'commander';
import { parseRedisUrl, REDIS_URL_FORMS, registerSecrets, secretsOfRedisUrl } from '@quantum/service-kit';

const DEFAULT_REDIS = 'redis://127.0.0.1:6379';

/** A URL of Redis. It throws InvalidArgumentError for anything else, as all parsers here do. */
export function redisUrl(text: string): string {
  registerSecrets(secretsOfRedisUrl(text)); // commander quotes what is refused
  if (parseRedisUrl(text)) return text;
  throw new InvalidArgumentError(`${REDIS_URL_FORMS}.`);
}

const matching =
  (pattern: RegExp, what: string) =>
  (text: string): string => {
    if (pattern.test(text)) return text;
    throw new InvalidArgumentError(`${what}.`);
  };
/** The hash of a plan of a rollout. */
export const planHash = matching(/^[0-9a-f]{12}$/, '12 hexadecimal digits, as `submit` and `status` print them');
export const stageName = matching(/^[a-z0-9][a-z0-9_-]{0,31}$/, 'the name of a stage in the plan');
export const entryId = matching(/^\d{1,16}-\d{1,20}$/, 'an id like 1763386800000-0');
export const symbol = matching(/^[^{}\p{Cc}]{1,64}$/u, '1 to 64 characters without braces and control characters');
export const policyHash = matching(
  /^[0-9a-f]{12}$/,
  '12 hexadecimal digits, as proposals, permits and records carry them',
);
export const streamName = matching(/^\S{1,256}$/, 'the name of a stream');
/** One of several. */
export const symbols = (text: string, before: readonly string[] = []): readonly string[] => [...before, symbol(text)];
export const planId = matching(/^[!-z|~]{1,128}$/, '1 to 128 printable characters without blanks and braces');

/** A whole number within bounds. */
export const wholeFrom =
  (least: number, most: number) =>
  (text: string): number => {
    const value = /^\d+$/.test(text) ? Number(text) : NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`a whole number from ${least} to ${most}.`);
  };

/** Characters, not units: what the rollout keeps of a reason. */
export function reason(text: string): string {
  if (Array.from(text).length <= 200) return text;
  throw new InvalidArgumentError('200 characters at most.');
}

type Env = Readonly<Record<string, string | undefined>>;

/** Adds the option `--redis`. */
export const withRedisOption =
  (env: Env) =>
  (one: Command): Command =>
    one.addOption(
      new Option('--redis <url>', 'as REDIS_URL, which is the default')
        .argParser(redisUrl)
        .default(env['REDIS_URL'] || DEFAULT_REDIS, env['REDIS_URL'] ? 'REDIS_URL' : DEFAULT_REDIS),
    );
