import type { CycleReadings, KnownService, ProbeReading, SignReading } from '../readings.js';
import type { RedisFacts, ServiceRow, ServiceState } from '../snapshot/services.js';

/** Without a sign of life for this long, seconds, a service is silent: six intervals of the slowest. */
export const SILENT_SEC = 60;

/** What was last read of each service, by app. */
export interface ServiceReadings {
  readonly signs: ReadonlyMap<string, SignReading>;
  readonly probes: ReadonlyMap<string, ProbeReading>;
}

export const NO_READINGS: ServiceReadings = { signs: new Map(), probes: new Map() };

const byApp = <T extends { readonly app: string }>(before: ReadonlyMap<string, T>, now: readonly T[] | undefined) =>
  now === undefined ? before : new Map(now.map((one) => [one.app, one]));

/** Idle times are read in milliseconds and jitter: a last read that moves by no more, seconds, is the same one. */
const JITTER_SEC = 1;

/**
 * The sign with the time before, where it differs by jitter alone, or is away: a poll that finds nothing new changes
 * nothing.
 */
function signAfter(sign: SignReading, before: SignReading | undefined): SignReading {
  if (sign.isAway) return { ...sign, lastSec: before?.lastSec ?? null };
  const isSame = sign.lastSec !== null && before?.lastSec != null && Math.abs(sign.lastSec - before.lastSec) <= JITTER_SEC;
  return isSame ? { ...sign, lastSec: before.lastSec } : sign;
} // prettier-ignore

/** What is known of the services after a cycle. */
export const foldServices = (before: ServiceReadings, { signs, probes }: CycleReadings): ServiceReadings => ({
  signs: byApp(
    before.signs,
    signs?.map((sign) => signAfter(sign, before.signs.get(sign.app))),
  ),
  probes: byApp(before.probes, probes),
});

/** Services as views show them, in the order of `services`. Signs are in Redis: while it is away, they say nothing. */
export const serviceRows = (services: readonly KnownService[], { signs, probes }: ServiceReadings, nowSec: number, isRedisAway: boolean): ServiceRow[] =>
  services.map((service) => {
    const sign = signs.get(service.app);
    const probe = probes.get(service.app);
    const now = isRedisAway ? undefined : sign;
    return {
      name: service.name,
      ...(probe ? probed(probe) : isRedisAway ? NO_SIGNS : signed(service, sign, nowSec)),
      instances: now?.instances ?? null,
      lastSec: sign?.lastSec ?? null,
      lagEntries: now?.lagEntries ?? null,
      pendingEntries: now?.pendingEntries ?? null,
    };
  }); // prettier-ignore

/** `/readyz` says `ready`, `ready: <remark>`, or why not. */
function probed({ status, text }: ProbeReading): Pick<ServiceRow, 'state' | 'why'> {
  const why = text.trim().slice(0, 300);
  if (status === null) return { state: 'unreachable', why };
  return status === 200 ? { state: 'ready', why: why.replace(/^ready(?:: )?/, '') } : { state: 'not_ready', why };
}

/**
 * A server before Redis 7.2 notes a consumer only when it gets an entry; a group without consumers shows nothing on any
 * server.
 */
const NOT_KNOWN = 'no plan waits, and this Redis shows a process only while it reads plans: ask its /readyz';

const NO_SIGNS = { state: 'unknown', why: 'its signs of life are in Redis, which is away' } as const;
const PART_AWAY = { state: 'unknown', why: 'the part of Redis that holds its signs of life is away' } as const;

function signed(service: KnownService, sign: SignReading | undefined, nowSec: number): Pick<ServiceRow, 'state' | 'why'> {
  if (sign?.isAway) return PART_AWAY;
  const state = bySign(service, sign, nowSec);
  return { state, why: state === 'unknown' ? NOT_KNOWN : '' };
} // prettier-ignore

const DAY_SEC = 86_400;

/**
 * A service that is installed only where it is asked for by name may have been removed: after a day of silence it is
 * absent.
 */
function bySign({ isExpected }: KnownService, sign: SignReading | undefined, nowSec: number): ServiceState {
  if (sign === undefined) return 'absent';
  const { instances, lastSec, hasRun } = sign;
  const ageSec = lastSec === null ? undefined : nowSec - lastSec;
  if (instances === null) return hasRun ? 'unknown' : 'absent';
  if (instances > 0) return ageSec === undefined || ageSec <= SILENT_SEC ? 'alive' : 'silent';
  if (isExpected) return hasRun ? 'silent' : 'absent';
  return ageSec !== undefined && ageSec <= DAY_SEC ? 'silent' : 'absent';
}

/** Before the first answer. */
export const UNKNOWN_REDIS: RedisFacts = {
  isAnswering: false,
  awaySinceSec: null,
  why: '',
  partAway: '',
  product: '',
  version: '',
  role: '',
  replicas: null,
  evictionPolicy: '',
};

/** Where the part is, if the reason says it: the rest of the reason differs from look to look. */
const partOf = (why: string): string => /^\[?[\w.:-]+\]?:\d+(?=\b)/.exec(why)?.[0] ?? why.slice(0, 300);

/** The server after a cycle. */
export function foldRedis(before: RedisFacts, { away, partAway = '', server, nowSec }: CycleReadings): RedisFacts {
  const facts = { ...before, ...server, partAway: away === undefined ? partOf(partAway) : '' };
  if (away === undefined) return { ...facts, isAnswering: true, awaySinceSec: null, why: '' };
  return { ...facts, isAnswering: false, awaySinceSec: before.awaySinceSec ?? nowSec, why: away.slice(0, 300) };
}
