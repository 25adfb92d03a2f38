import { parseNumber } from '@quantum/redis-schemas';
import { duration } from '../../texts.js';
import type { HashFacts } from '../facts.js';
import { alike, type Check, type Finding } from '../finding.js';
import { INPUT_LIST, lesserHarm } from '../inputs.js';
import { shown, wrongUnit } from '../words.js';

/** The services report a larger difference, seconds. */
const MAX_SKEW_SEC = 2;

/** A clock that is wrong makes fresh values stale, and stale ones fresh. */
export const clocks: Check = {
  name: 'clocks',
  harm: 'idle',
  finds: 'clocks that differ: of this host and Redis, of a writer and Redis',
  find: ({ servers, hashes, nowSec }) => [
    ...servers.flatMap(({ aheadSec = 0 }): Finding[] =>
      Math.abs(aheadSec) <= MAX_SKEW_SEC
        ? []
        : [
            {
              key: 'TIME',
              value: `this host is ${duration(Math.abs(aheadSec))} ${aheadSec > 0 ? 'ahead of' : 'behind'} Redis`,
              means: 'Ages that services on this host compute are wrong: fresh values count as stale, or stale ones as fresh.',
              owner: 'who runs this host and that of Redis',
              remedy: 'repair time synchronisation on the one that is wrong: timedatectl timesync-status',
            },
          ],
    ),
    ...INPUT_LIST.flatMap(([name, input]) =>
      alike(
        hashes[name].flatMap((hash) => ahead(hash, input.time, nowSec) ?? []),
        () => name,
        ({ key, text, aheadSec }, all) => ({
          key,
          ...lesserHarm(input, all.length === hashes[name].length),
          field: input.time,
          value: shown(text),
          means: `It is ${duration(aheadSec)} ahead of Redis' clock. More than P31_MAX_FUTURE_SEC (60 s) counts as invalid.`,
          owner: input.writer,
          remedy: 'repair time synchronisation on the host of the writer',
        }),
      ),
    ),
  ],
}; // prettier-ignore

function ahead({ key, fields }: HashFacts, time: string, nowSec: number) {
  const text = fields[time] ?? '';
  const sec = parseNumber(text);
  const aheadSec = (sec ?? NaN) - nowSec;
  // A time in another unit is another finding.
  return sec !== undefined && aheadSec > MAX_SKEW_SEC && wrongUnit(sec, nowSec) === undefined
    ? { key, text, aheadSec }
    : undefined;
}
