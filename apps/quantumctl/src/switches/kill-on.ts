import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '@quantum/clock';
import { connectedReplicas, errorKind, mayHaveRun, replicated, runBatch, valueOf, type Redis } from '@quantum/redis-io';
import { isKillOn, KILL_KEY, PERMIT_TTL_SEC } from '@quantum/redis-schemas';
import { counted, withoutStop } from '../texts.js';
import { audit, auditText } from './audit.js';
import type { Done } from './done.js';
import type { SwitchOptions } from './options.js';
import { readSwitches, textOf } from './read.js';

const PAUSE_MS = 500;
/** How long replicas may take to confirm in one attempt. */
const WAIT_MS = 1000;

/** What is known of the switch, by all attempts so far; `unsure`: the answer to a SET was lost. */
type Known = 'not_set' | 'unsure' | 'set';

/**
 * Sets the kill switch, and waits until the connected replicas have it: a replica that becomes the master without it
 * would let plans through. Tries again until the time is over. It is set before it is audited, and whether or not it
 * can be.
 */
export async function killOn(redis: Redis, { reason, timeout }: Pick<SwitchOptions, 'reason' | 'timeout'>): Promise<Done> {
  const deadlineMs = systemClock.steadyMs() + timeout * 1000;
  const before = await readSwitches(redis).then(({ kill }) => textOf([kill])).catch(() => 'not read');
  let known: Known = 'not_set';
  for (;;) {
    const error = await set(redis).then(() => undefined, (one: unknown) => one as Error);
    if (error === undefined) known = 'set';
    else if (mayHaveRun(error) && known === 'not_set') known = 'unsure';
    const seen = error ?? (await confirm(redis).catch((one: unknown) => one as Error));
    if (!(seen instanceof Error) && seen.problem === undefined) {
      const audited = await audit(redis, 'kill on', { reason, before, after: `${KILL_KEY}=1` });
      return onText(before, seen.replicas, audited);
    }
    const isFinal = seen instanceof Error && errorKind(seen) === 'key';
    if (isFinal || systemClock.steadyMs() >= deadlineMs) {
      const why = withoutStop(seen instanceof Error ? seen.message : (seen.problem ?? ''));
      if (known === 'not_set') return { exitCode: 1, lines: [`NOT APPLIED: ${why}.`], json: { state: 'not_applied', why } };
      const audited = await audit(redis, 'kill on', { reason, before, after: `${KILL_KEY}=1, not confirmed` });
      return { exitCode: 1, lines: [`NOT CONFIRMED: ${why}. ${UNCONFIRMED[known]}`, auditText(audited)], json: { state: 'not_confirmed', why, audited } };
    }
    await sleep(PAUSE_MS);
  }
} // prettier-ignore

const UNCONFIRMED: Readonly<Record<Exclude<Known, 'not_set'>, string>> = {
  set: 'The switch was set on the master. If a replica takes over, give the command again.',
  unsure: 'The switch may be on. Give the command again.',
};

function onText(before: string, replicas: number, audited: Awaited<ReturnType<typeof audit>>): Done {
  const lines = [
    'KILL SWITCH ON: the governor refuses every plan, closing plans included unless',
    'GOV_KILL_SWITCH_ALLOWS_CLOSES is true.',
    replicas === 0
      ? 'No replica is connected, so none had to confirm it.'
      : `Confirmed by ${counted(replicas, 'replica')}.`,
    `Permits that were granted before stay valid for up to ${PERMIT_TTL_SEC} s.`,
    auditText(audited),
  ];
  return { exitCode: 0, lines, json: { state: 'on', before, replicas, audited } };
}

async function set(redis: Redis): Promise<void> {
  const [reply] = await runBatch(redis, [['set', KILL_KEY, '1']]);
  valueOf(reply);
}

/**
 * Whether the replicas have it, and whether it is still there: another operator, or a failover, may have removed it.
 */
async function confirm(redis: Redis): Promise<{ replicas: number; problem: string | undefined }> {
  const replicas = await connectedReplicas(redis);
  const [isReplicated = false] = await replicated(redis, [KILL_KEY], replicas, WAIT_MS);
  if (!isReplicated) return { replicas, problem: `${counted(replicas, 'replica')} did not confirm it` };
  const [read] = await runBatch(redis, [['get', KILL_KEY]]);
  const isOn = isKillOn(valueOf(read) as string | null);
  return { replicas, problem: isOn ? undefined : 'it was removed at once, by another operator or a failover' };
}
