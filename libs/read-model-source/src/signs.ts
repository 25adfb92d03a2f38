import type { SignReading, SwitchReading } from '@quantum/read-model';
import { SlotDownError, type Command, type Reply } from '@quantum/redis-io';
import {
  disarmKey,
  entryIdMs,
  fieldsOf,
  HALT_KEY,
  KILL_BYTES,
  KILL_KEY,
  parseNumber,
  STREAMS,
  utcDate,
} from '@quantum/redis-schemas';
import { SERVICES, type AppName } from '@quantum/service-config';

/** A consumer that has not asked for this long, milliseconds, does not live. A governor asks every few seconds. */
const IDLE_MS = 60_000;

/** What leaves a sign of life, in the order of the registry. */
const SIGNED = SERVICES.flatMap(({ app, sign }) => (sign ? [{ app, sign }] : []));

/** A reply that is an error, such as XINFO's for a stream that is absent, says nothing. */
const valueIfOk = (reply: Reply | undefined): unknown => (reply?.ok ? reply.value : undefined);

/** Commands for the signs of life that services leave, at a time of Redis. */
export function signCommands(nowSec: number): Command[] {
  const alive = [Math.ceil(nowSec * 1000), '+inf'] as const;
  return [
    ['xrevrange', STREAMS.efficiencyDecision, '+', '-', 'COUNT', 1],
    ['xinfo', 'GROUPS', STREAMS.plans],
    ...SIGNED.map(({ sign }): Command => 'members' in sign ? ['zcount', sign.members, ...alive] : ['xinfo', 'CONSUMERS', STREAMS.plans, sign.group]),
  ];
} // prettier-ignore

/** When services last finished a cycle, unix seconds, as other keys have it. */
export type CycleTimes = Readonly<Partial<Record<AppName, number | undefined>>>;

/** Takes the replies to `signCommands`. `brainVersion`: of the entries of our brain. */
export function signsOf(replies: readonly Reply[], nowSec: number, times: CycleTimes, brainVersion: string): SignReading[] {
  const [score, groups, ...own] = replies;
  const lastSec: CycleTimes = { ...times, 'efficiency-brain': lastScoreSec(score, brainVersion) };
  return SIGNED.map(({ app, sign }, i) => {
    if (isDown(own[i])) return { app, ...AWAY };
    return 'members' in sign ? byMembers(app, own[i], lastSec[app]) : byGroup(app, sign.group, groups, own[i], nowSec);
  });
} // prettier-ignore

const isDown = (reply: Reply | undefined): boolean => reply?.ok === false && reply.error instanceof SlotDownError;
const AWAY = {
  isAway: true,
  instances: null,
  hasRun: true,
  lastSec: null,
  lagEntries: null,
  pendingEntries: null,
} as const;

const byMembers = (app: string, members: Reply | undefined, sec: number | undefined): SignReading => ({
  app,
  instances: numberOf(valueIfOk(members)),
  hasRun: sec !== undefined,
  lastSec: sec ?? null,
  lagEntries: null,
  pendingEntries: null,
});

const numberOf = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;

/** When our brain last scored, unix seconds; undefined where the last entry is of another P3.1. */
function lastScoreSec(reply: Reply | undefined, version: string): number | undefined {
  const [last] = (valueIfOk(reply) ?? []) as [id: string, fields: string[]][];
  return last && fieldsOf(last[1])['version'] === version ? entryIdMs(last[0]) / 1000 : undefined;
}

/** What a flat list of names and values says under a name. */
const named = (flat: readonly unknown[], name: string): unknown => flat[flat.indexOf(name) + 1];

/**
 * Up to Redis 7.0 a consumer shows that it lives only when it gets a plan, so where none waits, Redis does not say how
 * many live. Later servers note every call (`idle`) beside the last one that got a plan (`inactive`), and know it
 * always. The time of the last read is given where none is known to live: of one that lives it would change with every
 * poll.
 */
function byGroup(app: string, name: string, groups: Reply | undefined, consumers: Reply | undefined, nowSec: number): SignReading {
  const group = ((valueIfOk(groups) ?? []) as unknown[][]).find((flat) => named(flat, 'name') === name);
  const all = (valueIfOk(consumers) ?? []) as unknown[][];
  const idles = all.map((flat) => Number(named(flat, 'idle')));
  const notesEveryCall = all.some((flat) => flat.includes('inactive'));
  const alive = idles.filter((idle) => idle <= IDLE_MS).length;
  const last = Math.min(...idles);
  const lagEntries = group ? numberOf(named(group, 'lag')) : null;
  const pendingEntries = group ? numberOf(named(group, 'pending')) : null;
  const isAnyWaiting = (lagEntries ?? 0) + (pendingEntries ?? 0) > 0;
  return {
    app,
    instances: alive > 0 ? alive : isAnyWaiting || notesEveryCall ? 0 : null,
    hasRun: group !== undefined,
    lastSec: alive > 0 || !Number.isFinite(last) ? null : Math.round(nowSec - last / 1000),
    lagEntries,
    pendingEntries,
  };
} // prettier-ignore

/** The switches at a time of Redis. */
const switchKeys = (nowSec: number): string[] => [KILL_KEY, HALT_KEY, disarmKey(utcDate(nowSec))];

/** Commands for the switches: two for each. */
export const switchCommands = (nowSec: number): Command[] =>
  switchKeys(nowSec).flatMap((key): Command[] => [
    ['getrange', key, 0, KILL_BYTES - 1],
    ['pttl', key],
  ]);

/** Takes the replies to `switchCommands`. A key that does not answer now is left out. */
export const switchesOf = (replies: readonly Reply[], nowSec: number): SwitchReading[] =>
  switchKeys(nowSec).flatMap((key, i): SwitchReading[] => {
    const [text, left] = [replies[2 * i], replies[2 * i + 1]];
    const leftMs = parseNumber(String(valueIfOk(left))) ?? -1;
    if (text?.ok) return [{ key, value: leftMs === -2 ? null : (text.value as string), leftMs }];
    return text?.kind === 'key' ? [{ key, value: undefined, leftMs }] : [];
  });
