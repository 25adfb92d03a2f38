import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '@quantum/clock';
import { errorKind, replicated, runBatch, valueOf, type Redis } from '@quantum/redis-io';
import { KILL_KEY, PERMIT_TTL_SEC } from '@quantum/redis-schemas';
import { confirmedByWord, type Terminal } from '../confirm-word.js';
import { connectedReplicas } from '../rollout/kill.js';
import { counted } from '../rollout/texts.js';
import { shown } from '../doctor/words.js';
import { audit, auditText } from './audit.js';
import type { SwitchOptions } from './options.js';
import { readSwitches, textOf } from './read.js';
import type { Done } from './done.js';

const PAUSE_MS = 500;
/** How long replicas may take to confirm in one attempt. */
const WAIT_MS = 1000;

/**
 * Sets the kill switch, and waits until the connected replicas have it: a replica that becomes the master without it would let plans
 * through. Tries again until the time is over. It is set before it is audited, and whether or not it can be.
 */
export async function killOn(redis: Redis, { reason, timeout }: Pick<SwitchOptions, 'reason' | 'timeout'>): Promise<Done> {
  const deadlineMs = systemClock.steadyMs() + timeout * 1000;
  const before = await readSwitches(redis).then(({ kill }) => textOf([kill])).catch(() => 'not read'); // prettier-ignore
  let wasSet = false;
  for (;;) {
    const seen = await attempt(redis).catch((error: unknown) => error as Error);
    wasSet ||= !(seen instanceof Error);
    if (!(seen instanceof Error) && seen.isReplicated) {
      const audited = await audit(redis, 'kill on', { reason, before, after: `${KILL_KEY}=1` });
      const lines = [
        'KILL SWITCH ON: the governor refuses every plan, closing plans included unless',
        'GOV_KILL_SWITCH_ALLOWS_CLOSES is true.',
        seen.replicas === 0 ? 'No replica is connected, so none had to confirm it.' : `Confirmed by ${counted(seen.replicas, 'replica')}.`,
        `Permits that were granted before stay valid for up to ${PERMIT_TTL_SEC} s.`,
        auditText(audited),
      ];
      return { exitCode: 0, lines, json: { state: 'on', before, replicas: seen.replicas, audited } };
    }
    const isFinal = seen instanceof Error && errorKind(seen) === 'key';
    if (isFinal || systemClock.steadyMs() >= deadlineMs) {
      const why = seen instanceof Error ? seen.message.trim() : `${counted(seen.replicas, 'replica')} did not confirm it`;
      const audited = wasSet ? await audit(redis, 'kill on', { reason, before, after: `${KILL_KEY}=1, not confirmed` }) : undefined;
      const line = wasSet
        ? `NOT CONFIRMED: ${why}. The switch is on on the master. If a replica takes over, give the command again.`
        : `NOT APPLIED: ${why}.`;
      return { exitCode: 1, lines: [line, ...(audited ? [auditText(audited)] : [])], json: { state: wasSet ? 'not_confirmed' : 'not_applied', why, audited } };
    }
    await sleep(PAUSE_MS);
  }
} // prettier-ignore

async function attempt(redis: Redis): Promise<{ replicas: number; isReplicated: boolean }> {
  const [set] = await runBatch(redis, [['set', KILL_KEY, '1']]);
  valueOf(set);
  const replicas = await connectedReplicas(redis);
  const [isReplicated = false] = await replicated(redis, [KILL_KEY], replicas, WAIT_MS);
  return { replicas, isReplicated };
}

/** Removes the kill switch, once a person has typed `off`. It is audited first: what cannot be audited does not raise risk. */
export async function killOff(redis: Redis, { reason, yes }: SwitchOptions, terminal: Terminal): Promise<Done> {
  const { kill, halt } = await readSwitches(redis);
  const halted = halt.isOn
    ? [`${halt.key} is ${shown(halt.text ?? '')} and still stops every plan. The lockdown guard sets it:`, 'find out why before you delete it.']
    : [];
  const before = textOf([kill, halt]);
  if (!kill.isOn) return { exitCode: 0, lines: ['The kill switch is off already.', ...halted], json: { state: 'off', before, halted: halt.isOn } };
  const question = `${kill.key} is ${shown(kill.text ?? '')}. Without it plans are permitted again.`;
  if (!(await confirmedByWord(question, 'off', yes, terminal))) {
    return { exitCode: 1, lines: ['Nothing was changed.'], json: { state: 'on', before } };
  }
  const audited = await audit(redis, 'kill off', { reason, before, after: textOf([halt]) });
  if (!('id' in audited)) return notApplied(`it could not be audited: ${audited.why}`, before);
  const [deleted] = await runBatch(redis, [['del', KILL_KEY]]);
  if (!deleted?.ok) {
    await audit(redis, 'kill off', { reason: 'not applied', before, after: before });
    return notApplied(deleted?.error.message ?? 'no reply', before);
  }
  const lines = ['KILL SWITCH OFF.', ...halted, auditText(audited)];
  return { exitCode: 0, lines, json: { state: 'off', before, halted: halt.isOn, audited } };
} // prettier-ignore

const notApplied = (why: string, before: string): Done => ({
  exitCode: 1,
  lines: [`NOT APPLIED: ${why}.`],
  json: { state: 'not_applied', why, before },
});
