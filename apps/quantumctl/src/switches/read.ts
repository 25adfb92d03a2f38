import { BatchError, runBatch, type Redis, type Reply } from '@quantum/redis-io';
import { disarmKey, HALT_KEY, isKillOn, KILL_KEY, utcDate } from '@quantum/redis-schemas';
import { serverNowSec } from '../server-now.js';

/** A switch as it was read: its text, null for absent, or why it cannot be read, which counts as on. */
export interface Switch {
  readonly key: string;
  readonly text: string | null;
  readonly isOn: boolean;
  /** Time to live, seconds; undefined: none. */
  readonly ttlSec: number | undefined;
}

const DAY_SEC = 86_400;

/** The kill switches, then the disarm latches of this UTC day and the next. */
export interface Switches {
  readonly nowSec: number;
  readonly kill: Switch;
  readonly halt: Switch;
  readonly latches: readonly Switch[];
}

/** Reads every switch. @throws BatchError when Redis does not answer, Error where it denies a switch */
export async function readSwitches(redis: Redis): Promise<Switches> {
  const nowSec = await serverNowSec(redis);
  const keys = [KILL_KEY, HALT_KEY, disarmKey(utcDate(nowSec)), disarmKey(utcDate(nowSec + DAY_SEC))];
  const replies = await runBatch(redis, [
    ...keys.map((key) => ['get', key] as const),
    ...keys.map((key) => ['pttl', key] as const),
  ]);
  const [kill, halt, ...latches] = keys.map((key, i) => switchOf(key, replies[i], replies[keys.length + i], i < 2));
  return { nowSec, kill: kill as Switch, halt: halt as Switch, latches };
}

function switchOf(key: string, reply: Reply | undefined, ttl: Reply | undefined, isKill: boolean): Switch {
  if (!reply) throw new BatchError('no reply');
  const ttlMs = ttl?.ok ? Number(ttl.value) : -1;
  const ttlSec = ttlMs < 0 ? undefined : ttlMs / 1000;
  if (!reply.ok) {
    if (!reply.error.message.startsWith('WRONGTYPE')) throw reply.error;
    return { key, text: 'another type than a string', isOn: true, ttlSec };
  }
  const text = reply.value as string | null;
  return { key, text, isOn: isKill ? isKillOn(text) : text !== null, ttlSec };
}

/** Switches as the audit keeps them: `quantum:kill=1`. */
export const textOf = (switches: readonly Switch[]): string =>
  switches.flatMap(({ key, text }) => (text === null ? [] : `${key}=${text.slice(0, 200)}`)).join(' ');
