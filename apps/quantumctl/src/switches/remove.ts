import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '@quantum/clock';
import { runBatch, type Redis } from '@quantum/redis-io';
import type { OperatorAction } from '@quantum/redis-schemas';
import { messageOf } from '@quantum/service-kit';
import { withoutStop } from '../texts.js';
import { audit } from './audit.js';
import type { Done } from './done.js';
import { readSwitches, type Switches } from './read.js';

const PAUSE_MS = 200;

/** What became of a removal. */
export interface Removal {
  /** Why Redis has not confirmed it; undefined: it has. A removal whose answer was lost may have happened. */
  readonly why: string | undefined;
  /** The switches afterwards; undefined: Redis did not answer in time. */
  readonly after: Switches | undefined;
}

/** Removes switches, once, and looks what is there then: an answer may be lost, and another may set one again. */
export async function remove(redis: Redis, keys: readonly string[], timeoutSec: number): Promise<Removal> {
  const deadlineMs = systemClock.steadyMs() + timeoutSec * 1000;
  const why = await runBatch(redis, keys.map((key) => ['del', key] as const))
    .then((replies) => replies.flatMap((reply) => (reply.ok ? [] : reply.error.message))[0])
    .catch(messageOf);
  return { why, after: await readUntil(redis, deadlineMs) };
} // prettier-ignore

async function readUntil(redis: Redis, deadlineMs: number): Promise<Switches | undefined> {
  for (;;) {
    const seen = await readSwitches(redis).catch(() => undefined);
    if (seen || systemClock.steadyMs() >= deadlineMs) return seen;
    await sleep(PAUSE_MS);
  }
}

/**
 * Nothing is removed without an entry in the audit. The entry may be there all the same, if its answer was lost: once
 * Redis answers, another says that nothing was done.
 */
export async function notAudited(
  redis: Redis,
  { action, why, before, timeout }: { action: OperatorAction; why: string; before: string; timeout: number },
): Promise<Done> {
  await readUntil(redis, systemClock.steadyMs() + timeout * 1000);
  await audit(redis, action, { reason: 'not applied', before, after: before });
  return notApplied(`it could not be audited: ${why}`, before);
}

/** The switches are not what the person was shown. */
export const changedMeanwhile = (state: string, before: string, now: string): Done => ({
  exitCode: 1,
  lines: [`Nothing was changed: the switches changed while you were asked, to ${now === '' ? 'none' : now}.`],
  json: { state, before, now },
});

export const notApplied = (why: string, before: string): Done => ({
  exitCode: 1,
  lines: [`NOT APPLIED: ${withoutStop(why)}.`],
  json: { state: 'not_applied', why, before },
});

/** The removal may have happened. `means`: what holds then. */
export const notConfirmed = (why: string, before: string, means: string): Done => ({
  exitCode: 1,
  lines: [`NOT CONFIRMED: ${withoutStop(why)}. ${means}`],
  json: { state: 'not_confirmed', why, before },
});
