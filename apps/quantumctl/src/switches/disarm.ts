import { runBatch, type Redis } from '@quantum/redis-io';
import { confirmedByWord, type Terminal } from '../confirm-word.js';
import { age, shown } from '../doctor/words.js';
import { audit, auditText } from './audit.js';
import type { Done } from './done.js';
import type { SwitchOptions } from './options.js';
import { readSwitches, textOf, type Switch } from './read.js';

const lineOf = ({ key, text, ttlSec }: Switch): string =>
  `${key} is ${shown(text ?? '')}, ${ttlSec === undefined ? 'without a time to live' : `for ${age(ttlSec)} more`}.`;

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
export async function disarmClear(redis: Redis, { reason, yes }: SwitchOptions, terminal: Terminal): Promise<Done> {
  const { latches } = await readSwitches(redis);
  const set = latches.filter(({ isOn }) => isOn);
  const before = textOf(set);
  if (set.length === 0) return { exitCode: 0, lines: ['No latch is set.'], json: { state: 'clear', before } };
  const question = `${set.map(lineOf).join('\n')}\nWithout it opening plans are permitted again.`;
  if (!(await confirmedByWord(question, 'clear', yes, terminal))) {
    return { exitCode: 1, lines: ['Nothing was changed.'], json: { state: 'set', before } };
  }
  const audited = await audit(redis, 'disarm clear', { reason, before, after: '' });
  const failed = 'id' in audited ? await removed(redis, set) : `it could not be audited: ${audited.why}`;
  if (failed !== undefined) {
    if ('id' in audited) await audit(redis, 'disarm clear', { reason: 'not applied', before, after: before });
    return { exitCode: 1, lines: [`NOT APPLIED: ${failed}.`], json: { state: 'not_applied', why: failed, before } };
  }
  const lines = ['LATCH CLEARED: opening plans are asked by the other gates again.', auditText(audited)];
  return { exitCode: 0, lines, json: { state: 'clear', before, audited } };
}

async function removed(redis: Redis, set: readonly Switch[]): Promise<string | undefined> {
  const replies = await runBatch(redis, set.map(({ key }) => ['del', key] as const)); // prettier-ignore
  return replies.flatMap((reply) => (reply.ok ? [] : reply.error.message))[0];
}
