import type { Random } from '@quantum/testbed';
import type { Redis } from 'ioredis';

const NUMBERS = [
  'NaN', 'nan', 'Infinity', '-inf', '1e999', '-1e999', '1e308', '-1', '-0', '0', '5e-324', '0x10', '1,5', '1_000', '1 2', '', ' ',
  '９', 'null', 'true', '1e', '+', '.', '99999999999999999999999999', '1700000000000', '0.3', '0.9', '7',
] as const; // prettier-ignore
const TEXTS = ['', ' ', '{', '}', '[]', '{"a":', '\0', '\r\n', 'null', 'on', '%s', '💥', 'x'.repeat(2000)] as const;

/** Invalid numbers: words, overflows, other notations, bytes, and now and then a valid one. */
export const garbageNumber = (random: Random): string | Buffer =>
  random.chance(0.15) ? random.bytes(random.below(40)) : random.pick(NUMBERS);

/** Any text, or bytes that are not text. */
export const garbageText = (random: Random): string | Buffer =>
  random.chance(0.4) ? random.bytes(1 + random.below(60)) : random.pick(TEXTS);

type Arguments = (string | Buffer)[];

/** Commands that leave garbage in a key, of a type drawn at random: mostly a hash of the given fields. */
export function garbageKey(random: Random, key: string, fields: readonly string[]): Arguments[] {
  const value = (): string | Buffer => garbageText(random);
  const one = (): Arguments => {
    const pairs = fields.filter(() => random.chance(0.85)).flatMap((field) => [field, garbageNumber(random)]);
    if (random.chance(0.7) && pairs.length > 0) return ['hset', key, ...pairs];
    return random.pick<Arguments>([
      ['set', key, value()],
      ['set', key, garbageNumber(random)],
      ['hset', key, value(), value()],
      ['lpush', key, value()],
      ['sadd', key, value()],
      ['zadd', key, '1.5', value()],
      ['xadd', key, '*', value(), value()],
    ]);
  };
  return random.chance(0.1) ? [['del', key]] : [['del', key], one()];
}

/** Sends commands unchanged. Refusals by Redis do not matter. */
export async function send(redis: Redis, commands: readonly Arguments[]): Promise<void> {
  const pipeline = redis.pipeline();
  for (const [name = '', ...args] of commands) pipeline.call(String(name), ...args);
  await pipeline.exec();
}

/** Lines of /metrics whose value is not a finite number. Node's own metrics (a mean of nothing) do not count. */
export const unfiniteMetrics = (text: string): string[] =>
  text
    .split('\n')
    .filter((line) => line !== '' && !/^(#|nodejs_|process_)/.test(line))
    .filter((line) => !Number.isFinite(Number(line.slice(line.lastIndexOf(' ') + 1))));
