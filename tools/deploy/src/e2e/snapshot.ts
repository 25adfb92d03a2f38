import { STREAMS } from '@quantum/redis-schemas';
import type { Redis } from '@quantum/redis-io';
import type { Container } from './container.js';

interface Value {
  content: string;
  expires: boolean;
}

export interface Change {
  key: string;
  what: 'added' | 'changed' | 'removed';
  /** Before or after: it has a time to live. */
  expires: boolean;
  /** A stream of the contract, whose writers bound its length. */
  isCapped: boolean;
}

const CAPPED: ReadonlySet<string> = new Set(Object.values(STREAMS));

/** Every key of Redis with its bytes. */
export async function snapshot(redis: Redis): Promise<Map<string, Value>> {
  const keys = await redis.keys('*'); // a private Redis of a few thousand keys
  const values = await Promise.all(
    keys.map(async (key): Promise<[string, Value]> => {
      const [content, ttlMs] = await Promise.all([redis.dumpBuffer(key) as Promise<Buffer | null>, redis.pttl(key)]);
      return [key, { content: content?.toString('base64') ?? '', expires: ttlMs > 0 }];
    }),
  );
  return new Map(values);
}

export function changesOf(before: ReadonlyMap<string, Value>, after: ReadonlyMap<string, Value>): Change[] {
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((key) => {
    const [was, is] = [before.get(key), after.get(key)];
    if (was?.content === is?.content) return [];
    const what = was === undefined ? 'added' : is === undefined ? 'removed' : 'changed';
    const expires = (is ?? was)?.expires === true;
    return [{ key, what, expires, isCapped: CAPPED.has(key) }];
  });
}

/** Configuration, units and what is enabled, each with its bytes. */
export const filesOf = (container: Container): Promise<string> =>
  container.run('find /etc/quantum /etc/systemd/system -type f -exec sha256sum {} + -o -type l -print | sort -k 2');
