import { readStream, waitFor, type StreamEntry, type WaitOptions } from '@quantum/testbed';
import type { AnyRedis } from './any-redis.js';

/** Waits until a key exists. */
export async function waitForKey(redis: AnyRedis, key: string, options: Partial<WaitOptions> = {}): Promise<void> {
  await waitFor(() => redis.exists(key), { what: `key ${key}`, ...options });
}

/** Waits for the first entry of a stream that `matches` accepts (default: any). */
export async function waitForEntry(
  redis: AnyRedis,
  stream: string,
  matches: (fields: Record<string, string>) => boolean = () => true,
  options: Partial<WaitOptions> = {},
): Promise<StreamEntry> {
  const find = async () => (await readStream(redis, stream)).find(({ fields }) => matches(fields));
  return waitFor(find, { what: `an entry of ${stream}`, ...options });
}
