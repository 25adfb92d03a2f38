import { systemClock } from '@quantum/clock';
import type { Redis as Server } from 'ioredis';
import { isReplyError } from './reply.js';
import { timeMs } from './server-time.js';
import { withTimeout } from './timeout.js';

/** How long the server may take to answer, ms. */
const ANSWER_MS = 5000;
/** The same of a master of a Cluster: a start must not wait for one that hangs, as plans of the others wait for it. */
const MASTER_ANSWER_MS = 1000;
/** Number of time queries: the quickest reply is the most accurate. */
const CLOCK_QUESTIONS = 3;
/** A slower reply is useless, ms: half of its round trip is the possible error. */
const MAX_ROUND_TRIP_MS = 1000;

/** The consequence of eviction. */
export const EVICTION_DANGER =
  'Redis may evict keys: daily sums, decision records and the kill switch can vanish without a trace. ' +
  'Set maxmemory-policy to noeviction';

/** Whether a `maxmemory-policy` lets the server evict keys. */
export const evicts = (policy: string): boolean => policy !== 'noeviction' && policy !== 'unknown';

/**
 * The `maxmemory-policy` of these servers: of several, one that evicts if any does. Undefined if one does not report it
 * (INFO is denied, or a provider hides the field). @throws Error if no server answers now.
 */
export async function readEvictionPolicy(servers: readonly Server[]): Promise<string | undefined> {
  const policies = await answersOf(servers, policyOf);
  const evicting = policies.find((policy) => policy !== undefined && evicts(policy));
  return evicting ?? (policies.includes(undefined) ? undefined : policies[0]);
}

async function policyOf(server: Server, withinMs: number): Promise<string | undefined> {
  const info = await ask(server, withinMs, 'INFO', 'memory');
  return info === undefined ? undefined : /^maxmemory_policy:(\S+)/m.exec(info as string)?.[1];
}

/** One time query. */
export interface ClockAnswer {
  /** Time of the query, by our clock, unix ms. */
  sentMs: number;
  roundTripMs: number;
  /** Time in the reply, unix ms. */
  serverMs: number;
}

/** How far our clock is ahead of the server's, seconds, by the quickest reply; undefined if all were too slow. */
export function skewSecOf(answers: readonly ClockAnswer[]): number | undefined {
  const [best] = [...answers].sort((a, b) => a.roundTripMs - b.roundTripMs);
  if (!best || best.roundTripMs > MAX_ROUND_TRIP_MS) return undefined;
  // The server answered about halfway through the round trip.
  return (best.sentMs + best.roundTripMs / 2 - best.serverMs) / 1000;
}

/**
 * How far our clock is ahead of each of these servers' clocks, seconds, nearest to 0 first; without those that deny
 * TIME or answer too slowly. @throws Error if no server answers now.
 */
export async function readClockSkewsSec(servers: readonly Server[], nowMs: () => number): Promise<number[]> {
  const skews = await answersOf(servers, async (server, withinMs) =>
    skewSecOf(await clockAnswers(server, nowMs, withinMs)),
  );
  return skews.filter((skew) => skew !== undefined).sort((a, b) => Math.abs(a) - Math.abs(b));
}

async function clockAnswers(server: Server, nowMs: () => number, withinMs: number): Promise<ClockAnswer[]> {
  const answers: ClockAnswer[] = [];
  for (let i = 0; i < CLOCK_QUESTIONS; i += 1) {
    const sentMs = nowMs();
    const steadyMs = systemClock.steadyMs();
    const time = (await ask(server, withinMs, 'TIME')) as [string | number, string | number] | undefined;
    if (time === undefined) return [];
    const roundTripMs = systemClock.steadyMs() - steadyMs;
    answers.push({ sentMs, roundTripMs, serverMs: timeMs(time) });
  }
  return answers;
}

/** The replies of the servers that answer now: one failed part of a Cluster keeps no service from starting. */
async function answersOf<T>(
  servers: readonly Server[],
  question: (server: Server, withinMs: number) => Promise<T>,
): Promise<T[]> {
  const withinMs = servers.length > 1 ? MASTER_ANSWER_MS : ANSWER_MS;
  const asked = await Promise.allSettled(servers.map((server) => question(server, withinMs)));
  const answers = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failed = asked.find((one) => one.status === 'rejected');
  if (answers.length === 0) throw failed ? (failed.reason as Error) : new Error('there is no server to ask');
  return answers;
}

/** The reply; undefined if the server refuses the command. */
async function ask(server: Server, withinMs: number, name: string, ...args: string[]): Promise<unknown> {
  try {
    return await withTimeout(server.call(name, ...args), withinMs, () => undefined);
  } catch (error) {
    if (isReplyError(error as Error) && /NOPERM|unknown command/i.test((error as Error).message)) return undefined;
    throw error;
  }
}
