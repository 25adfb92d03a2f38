import { entryIdMs, LAST_CYCLE_KEY, parseTime, STREAMS } from '@quantum/redis-schemas';
import { counted, duration } from '../../texts.js';
import type { Facts, HashFacts } from '../facts.js';
import { alike, type Check, type Finding } from '../finding.js';
import { INPUT_LIST, INPUTS, lesserHarm } from '../inputs.js';

/** Cycles take ten seconds by default; a minute without one is an outage. */
const CYCLE_AGE_SEC = 60;

const ageOf = ({ fields }: HashFacts, time: string, nowSec: number): number | undefined => {
  const sec = parseTime(fields[time]);
  return sec === undefined ? undefined : nowSec - sec;
};

export const stoppedWriters: Check = {
  name: 'stopped-writers',
  harm: 'idle',
  finds: 'writers that stopped: none of their values is fresh, or none is left',
  find: (facts) => {
    const { hashes, nowSec, lastCycleSec } = facts;
    const stopped = INPUT_LIST.flatMap(([name, input]): Finding[] => {
      const { writer, time, maxAgeSec } = input;
      const ages = hashes[name].flatMap((hash) => {
        const sec = ageOf(hash, time, nowSec);
        return sec === undefined ? [] : { hash, sec };
      });
      const newest = ages.sort((a, b) => a.sec - b.sec)[0];
      if (!newest || newest.sec <= maxAgeSec) return [];
      return [
        {
          key: newest.hash.key,
          ...lesserHarm(input, true),
          field: time,
          value: `${duration(newest.sec)} old`,
          means: `The newest of ${counted(ages.length, 'value')} is older than ${maxAgeSec} s: ${writer} has stopped, and nothing it wrote counts.`,
          owner: writer,
          remedy: 'start it; look into its log for why it stopped',
        },
      ];
    });
    const found = [...stopped, ...expired(facts)];
    if (lastCycleSec === undefined || nowSec - lastCycleSec <= CYCLE_AGE_SEC) return found;
    return [
      ...found,
      {
        key: LAST_CYCLE_KEY,
        field: 'ts_epoch',
        value: `${duration(nowSec - lastCycleSec)} old`,
        means: 'allocation-target proposes nothing.',
        owner: 'operators',
        remedy: 'curl localhost:8065/readyz says why; systemctl status quantum-allocation-target',
      },
    ];
  },
}; // prettier-ignore

/**
 * Vital keys that are all gone: they expire soon after their writer stops. A Redis that no proposer uses needs none.
 */
function expired(facts: Facts): Finding[] {
  const { hashes, scoreEntries, proposals, lastCycleSec, nowSec } = facts;
  if (proposals.length === 0 && lastCycleSec === undefined) return [];
  const found: Finding[] = [];
  if (isGone(facts, 'targets')) {
    found.push({
      key: `${INPUTS.targets.prefix}*`,
      value: 'absent',
      means: `No symbol has a target: nothing is proposed. Targets expire ${INPUTS.targets.ttlSec} s after they were written.`,
      owner: INPUTS.targets.writer,
      remedy: 'start it; look into its log for why it stopped',
    });
  }
  if (!isGone(facts, 'scores')) return found;
  const [last] = scoreEntries;
  const lastSec = last && nowSec - entryIdMs(last.id) / 1000;
  // What is computed and not written, or was never there, is a finding of its own.
  if (lastSec === undefined ? hashes.targets.length > 0 : lastSec <= INPUTS.scores.maxAgeSec) return found;
  found.push({
    key: lastSec === undefined ? `${INPUTS.scores.prefix}*` : STREAMS.efficiencyDecision,
    value: lastSec === undefined ? 'absent' : `the last entry is ${duration(lastSec)} old`,
    means: `No symbol has a score (missing_eff): every multiplier is 1, and no permit carries a hint. Scores expire ${INPUTS.scores.ttlSec} s after they were written.`,
    owner: 'who runs P3.1, or efficiency-brain',
    remedy: 'start it; look into its log for why it stopped',
  });
  return found;
} // prettier-ignore

/** Whether no key of a kind is there, as far as all could be looked at. */
function isGone({ hashes, unread, wrongTypes }: Facts, name: 'targets' | 'scores'): boolean {
  const { prefix } = INPUTS[name];
  const isUnread = unread.some(({ what }) => ['SCAN', 'keys', `${prefix}*`].includes(what));
  return hashes[name].length === 0 && !isUnread && !wrongTypes.some((key) => key.startsWith(prefix));
}

/** Single symbols whose writer goes on for others. */
export const staleSymbols: Check = {
  name: 'stale-symbols',
  harm: 'part',
  finds: 'symbols whose values are old while those of others are fresh',
  find: ({ hashes, nowSec }) =>
    INPUT_LIST.flatMap(([name, { writer, time, maxAgeSec }]) => {
      const isOld = (hash: HashFacts): boolean => (ageOf(hash, time, nowSec) ?? 0) > maxAgeSec;
      const isFresh = (hash: HashFacts): boolean => (ageOf(hash, time, nowSec) ?? Infinity) <= maxAgeSec;
      if (!hashes[name].some(isFresh)) return [];
      return alike(hashes[name].filter(isOld), () => name, (hash) => ({
        key: hash.key,
        field: time,
        value: `${duration(ageOf(hash, time, nowSec) ?? 0)} old`,
        means: `Older than ${maxAgeSec} s: it counts for nothing, while other symbols of ${writer} are fresh.`,
        owner: writer,
        remedy: 'write it again in every cycle, or remove the key of a symbol that is not traded any more',
      })); // prettier-ignore
    }),
};
