import type { Redis } from '@quantum/redis-io';
import { confirmedByWord, type Terminal } from '../confirm-word.js';
import { shown } from '../doctor/words.js';
import { duration } from '../texts.js';
import { audit, auditText } from './audit.js';
import type { Done } from './done.js';
import type { SwitchOptions } from './options.js';
import { readSwitches, textOf, type Switch, type Switches } from './read.js';
import { changedMeanwhile, notApplied, notAudited, notConfirmed, remove } from './remove.js';

const lineOf = ({ key, text, ttlSec }: Switch): string =>
  `${key} is ${shown(text ?? '')}, ${ttlSec === undefined ? 'without a time to live' : `for ${duration(ttlSec)} more`}.`;

/** Whether the latch of this UTC day, or of the next, is set. */
export async function disarmShow(redis: Redis): Promise<Done> {
  const { latches } = await readSwitches(redis);
  const set = latches.filter(({ isOn }) => isOn);
  const lines =
    set.length === 0
      ? [`No latch is set: ${latches.map(({ key }) => key).join(', ')}.`]
      : [...set.map(lineOf), 'Every opening plan is refused (disarmed). Closing plans go on.'];
  return { exitCode: set.length === 0 ? 0 : 1, lines, json: { isDisarmed: set.length > 0, latches } };
}

/** Removes the latches, once a person has typed `clear`. Audited first: what cannot be audited does not raise risk. */
export async function disarmClear(redis: Redis, { reason, yes, timeout }: SwitchOptions, terminal: Terminal): Promise<Done> {
  const set = setIn(await readSwitches(redis));
  const before = textOf(set);
  if (set.length === 0) return { exitCode: 0, lines: ['No latch is set.'], json: { state: 'clear', before } };
  const question = `${set.map(lineOf).join('\n')}\nWithout it opening plans are permitted again.`;
  if (!(await confirmedByWord(question, 'clear', yes, terminal))) {
    return { exitCode: 1, lines: ['Nothing was changed.'], json: { state: 'set', before } };
  }
  const now = textOf(setIn(await readSwitches(redis)));
  if (now !== before) return changedMeanwhile(now === '' ? 'clear' : 'set', before, now);
  const audited = await audit(redis, 'disarm clear', { reason, before, after: '' });
  if (!('id' in audited)) return notAudited(redis, { action: 'disarm clear', why: audited.why, before, timeout });
  const { why, after } = await remove(redis, set.map(({ key }) => key), timeout);
  const left = after && setIn(after);
  if (left && left.length > 0) {
    await audit(redis, 'disarm clear', { reason: 'not applied', before, after: textOf(left) });
    return notApplied(`${why ?? 'another set it again at once'}: ${left.map(({ key }) => key).join(' and ')} is set`, before);
  }
  if (why !== undefined && left === undefined) {
    return notConfirmed(why, before, 'The latch may be cleared, and opening plans permitted: `quantumctl disarm show` shows it.');
  }
  const lines = ['LATCH CLEARED: opening plans are asked by the other gates again.', auditText(audited)];
  return { exitCode: 0, lines, json: { state: 'clear', before, audited } };
} // prettier-ignore

const setIn = ({ latches }: Switches): readonly Switch[] => latches.filter(({ isOn }) => isOn);
