import type { Redis } from '@quantum/redis-io';
import { KILL_KEY } from '@quantum/redis-schemas';
import { confirmedByWord, type Terminal } from '../confirm-word.js';
import { shown } from '../doctor/words.js';
import { audit, auditText } from './audit.js';
import type { Done } from './done.js';
import type { SwitchOptions } from './options.js';
import { readSwitches, textOf, type Switch } from './read.js';
import { changedMeanwhile, notApplied, notAudited, notConfirmed, remove } from './remove.js';

const haltLines = (halt: Switch): string[] =>
  halt.isOn
    ? [`${halt.key} is ${shown(halt.text ?? '')} and still stops every plan. The lockdown guard sets it:`, 'find out why before you delete it.']
    : []; // prettier-ignore

/**
 * Removes the kill switch, once a person has typed `off`. It is audited first: what cannot be audited does not raise
 * risk.
 */
export async function killOff(redis: Redis, { reason, yes, timeout }: SwitchOptions, terminal: Terminal): Promise<Done> {
  const { kill, halt } = await readSwitches(redis);
  const before = textOf([kill, halt]);
  if (!kill.isOn) return { exitCode: 0, lines: ['The kill switch is off already.', ...haltLines(halt)], json: { state: 'off', before, halted: halt.isOn } };
  const question = `${kill.key} is ${shown(kill.text ?? '')}. Without it plans are permitted again.`;
  if (!(await confirmedByWord(question, 'off', yes, terminal))) {
    return { exitCode: 1, lines: ['Nothing was changed.'], json: { state: 'on', before } };
  }
  const now = await readSwitches(redis);
  if (textOf([now.kill, now.halt]) !== before) return changedMeanwhile(now.kill.isOn ? 'on' : 'off', before, textOf([now.kill, now.halt]));
  const audited = await audit(redis, 'kill off', { reason, before, after: textOf([halt]) });
  if (!('id' in audited)) return notAudited(redis, { action: 'kill off', why: audited.why, before, timeout });
  const { why, after } = await remove(redis, [KILL_KEY], timeout);
  if (after?.kill.isOn) {
    await audit(redis, 'kill off', { reason: 'not applied', before, after: textOf([after.kill, after.halt]) });
    return notApplied(why ?? 'another set it again at once', before);
  }
  if (why !== undefined && after === undefined) {
    return notConfirmed(why, before, 'The switch may be off, and plans permitted: `quantumctl status` shows it.');
  }
  const haltNow = after?.halt ?? halt;
  const lines = ['KILL SWITCH OFF.', ...haltLines(haltNow), auditText(audited)];
  return { exitCode: 0, lines, json: { state: 'off', before, halted: haltNow.isOn, audited } };
} // prettier-ignore
