import { setTimeout as delay } from 'node:timers/promises';
import { inspect } from 'node:util';
import type { AnyRedis } from './any-redis.js';

type Falsy = false | 0 | '' | null | undefined;

export interface WaitOptions {
  /** What is waited for, as it shall stand in the failure: "waited 15000 ms for <what>". */
  what: string;
  /** Default 15 s: a bound for what hangs, not for what is slow. */
  timeoutMs?: number;
  /** Pause between two checks, default 10. */
  everyMs?: number;
}

/**
 * Asks again and again until `check` answers something truthy, and resolves to that. A check that throws has not
 * succeeded yet. @throws Error that names what was waited for and the last answer, when the time is over.
 */
export async function waitFor<T>(check: () => T | Promise<T>, options: WaitOptions): Promise<Exclude<T, Falsy>> {
  const { what, timeoutMs = 15_000, everyMs = 10 } = options;
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    let last: string;
    try {
      const answer = await check();
      if (answer) return answer as Exclude<T, Falsy>;
      last = `the last answer was ${inspect(answer)}`;
    } catch (error) {
      last = `the last check failed with ${String(error)}`;
    }
    if (performance.now() >= deadline) throw new Error(`waited ${timeoutMs} ms for ${what}: ${last}`);
    await delay(everyMs);
  }
}

/** Waits until a key exists. */
export async function waitForKey(redis: AnyRedis, key: string, options: Partial<WaitOptions> = {}): Promise<void> {
  await waitFor(() => redis.exists(key), { what: `key ${key}`, ...options });
}

/** A stream entry, as read. */
export interface StreamEntry {
  id: string;
  fields: Record<string, string>;
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

/** The whole stream, oldest first. */
export async function readStream(redis: AnyRedis, stream: string): Promise<StreamEntry[]> {
  const entries = await redis.xrange(stream, '-', '+');
  return entries.map(([id, flat]) => ({ id, fields: toRecord(flat) }));
}

function toRecord(flat: readonly string[]): Record<string, string> {
  const fields: Record<string, string> = {};
  for (let i = 0; i + 1 < flat.length; i += 2) fields[flat[i] ?? ''] = flat[i + 1] ?? '';
  return fields;
}
