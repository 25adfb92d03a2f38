import type { Command, Reply } from '@quantum/redis-io';
import { disarmKey, isKillOn, utcDate, type Read } from '@quantum/redis-schemas';

type SwitchCommand = [name: 'get' | 'exists', key: string];

/** The commands, each of which reads a kill key. */
export const killCommands = (killKeys: readonly string[]): SwitchCommand[] => killKeys.map((key) => ['get', key]);

/** The command that reads whether the day's latch is set. */
export const latchCommand = (nowSec: number): SwitchCommand => ['exists', disarmKey(utcDate(nowSec))];

/**
 * What the switches said, as `RECORD` compares it: command, key and answer of each. A switch that the server refuses to
 * read cannot be compared either. A kill key that is on need not be: what is granted then is granted with it on, so its
 * text may be of any bytes, and may change.
 */
export const comparisons = (commands: readonly Command[], replies: readonly (Reply | undefined)[]): string[] =>
  commands.flatMap(([name, key], i) => {
    const reply = replies[i];
    if (!reply?.ok) return [];
    const { value } = reply;
    if (typeof value === 'string' && isKillOn(value)) return [];
    const answer = typeof value === 'number' ? String(value) : typeof value === 'string' ? `=${value}` : '';
    return [name.toUpperCase(), String(key), answer];
  });

/** Whether any kill key is on. One that is on counts, whatever the others are; else one that cannot be read does. */
export function killSwitchOf(reads: readonly Read<string | null>[]): Read<boolean> {
  if (reads.some((read) => read.readable && isKillOn(read.value))) return { readable: true, value: true };
  return reads.every(({ readable }) => readable) ? { readable: true, value: false } : { readable: false };
}
