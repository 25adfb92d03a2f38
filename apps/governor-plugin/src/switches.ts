import type { Command, Reply } from '@quantum/redis-io';
import { disarmKey, isKillOn, utcDate, type Read } from '@quantum/redis-schemas';

/** The operators' switches as they were looked up, to be compared by the script that grants. */
export interface Switches {
  /** Kill keys that could be read, and last the latch, if it could. */
  keys: string[];
  /** First what is expected of the latch (`1`, `0`, or empty where it could not be read), then of each kill key. */
  expected: string[];
}

/** The commands that read the switches: a GET for each kill key, then whether the day's latch is set. */
export const switchCommands = (killKeys: readonly string[], nowSec: number): Command[] => [
  ...killKeys.map((key): Command => ['get', key]),
  ['exists', disarmKey(utcDate(nowSec))],
];

/** The switches from the replies to `switchCommands`. A key that the server refuses to read cannot be compared either. */
export function switchesOf(
  killKeys: readonly string[],
  nowSec: number,
  replies: readonly (Reply | undefined)[],
): Switches {
  const keys: string[] = [];
  const expected: string[] = [];
  for (const [i, key] of killKeys.entries()) {
    const reply = replies[i];
    if (!reply?.ok) continue;
    keys.push(key);
    expected.push(reply.value === null ? '' : `=${reply.value as string}`);
  }
  const latch = replies[killKeys.length];
  if (!latch?.ok) return { keys, expected: ['', ...expected] };
  return { keys: [...keys, disarmKey(utcDate(nowSec))], expected: [String(latch.value), ...expected] };
}

/** Whether any kill key is on. One that is on counts, whatever the others are; else one that cannot be read does. */
export function killSwitchOf(reads: readonly Read<string | null>[]): Read<boolean> {
  if (reads.some((read) => read.readable && isKillOn(read.value))) return { readable: true, value: true };
  return reads.every(({ readable }) => readable) ? { readable: true, value: false } : { readable: false };
}
