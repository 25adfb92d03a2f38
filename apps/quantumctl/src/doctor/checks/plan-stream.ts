import {
  entryIdMs,
  GOVERNOR_CONSUMER_PREFIX,
  GOVERNOR_GROUP,
  isLaterId,
  lostPlansKey,
  parseNumber,
} from '@quantum/redis-schemas';
import { counted, duration } from '../../texts.js';
import type { PlanStreamFacts, ServerFacts } from '../facts.js';
import type { Check } from '../finding.js';
import { printable, shown } from '../words.js';

export const trimmedPlans: Check = {
  name: 'trimmed-plans',
  harm: 'danger',
  finds: 'plans that were trimmed from their stream before they were read',
  find: ({ planStream }) => {
    if (!planStream) return [];
    const { key, lost, firstId, groups } = planStream;
    const owner = 'who publishes plans, and operators';
    const total = parseNumber(lost['total']) ?? 0;
    const found = total > 0
      ? [{
          key: lostPlansKey(key),
          field: 'total',
          value: `${shown(lost['total'] ?? '')}, the last ${counted(parseNumber(lost['last_count']) ?? 0, 'plan')} up to ${printable(lost['last_to'] ?? '')}`,
          means: 'These plans got neither permit nor refusal.',
          owner,
          remedy: 'raise the MAXLEN of the publisher, or start more governors; it must hold what arrives while none runs',
        }]
      : [];
    const governor = groups.find(({ name }) => name === GOVERNOR_GROUP);
    const isBehind = governor && firstId !== '' && isLaterId(firstId, governor.lastDeliveredId) && entryIdMs(governor.lastDeliveredId) > 0;
    return isBehind && total === 0
      ? [{
          key,
          value: `first entry ${firstId}, last read ${governor.lastDeliveredId}`,
          means: 'What lay between was trimmed or deleted unread, unless the stream was empty.',
          owner,
          remedy: 'is the governor running? curl localhost:8044/readyz',
        }]
      : found;
  },
}; // prettier-ignore

/** Consumers that are idle for longer have ended, seconds. */
const ALIVE_SEC = 60;

export const foreignConsumers: Check = {
  name: 'foreign-consumers',
  harm: 'danger',
  finds: 'consumers in our group on the plan stream that are not ours',
  find: ({ planStream }) =>
    (planStream?.consumers ?? [])
      .filter(({ name, idleSec }) => !name.startsWith(GOVERNOR_CONSUMER_PREFIX) && idleSec < ALIVE_SEC)
      .map(({ name, idleSec, pending }) => ({
        key: planStream?.key ?? '',
        field: `group ${GOVERNOR_GROUP}`,
        value: `${shown(name)}, ${counted(pending, 'plan')} pending, active ${duration(idleSec)} ago`,
        means:
          'It takes plans that our governor then never sees: those have no permit of ours, or that of another governor.',
        owner: 'who runs it',
        remedy: 'stop it, or give it a group of its own; docs/migration.md leads from an older governor to this one',
      })),
};

/**
 * Before Redis 7.2 a consumer shows that it lives only when it gets a plan. Where every plan is settled, nothing says
 * that none lives.
 */
function isQuiet(servers: readonly ServerFacts[], { groups }: PlanStreamFacts, lastId: string): boolean {
  const notesEveryCall = servers.every(({ version }) => {
    const [major = 0, minor = 0] = version.split('.').map(Number);
    return major > 7 || (major === 7 && minor >= 2);
  });
  const group = groups.find(({ name }) => name === GOVERNOR_GROUP);
  return !notesEveryCall && group?.pending === 0 && !isLaterId(lastId, group.lastDeliveredId);
}

export const noGovernor: Check = {
  name: 'no-governor',
  harm: 'idle',
  finds: 'a plan stream that no governor reads',
  find: ({ planStream, plans, servers, nowSec }) => {
    const [last] = plans;
    if (!planStream || !last) return [];
    const isAlive = planStream.consumers.some(({ name, idleSec }) => name.startsWith(GOVERNOR_CONSUMER_PREFIX) && idleSec < ALIVE_SEC);
    const isAnnotated = planStream.groups.some(({ name }) => name === 'governor-annotate');
    if (isAlive || isAnnotated || isQuiet(servers, planStream, last.id)) return [];
    return [{
      key: planStream.key,
      field: `group ${GOVERNOR_GROUP}`,
      value: `no consumer of ours within ${ALIVE_SEC} s`,
      means: `Plans get neither permit nor refusal. The last arrived ${duration(nowSec - entryIdMs(last.id) / 1000)} ago.`,
      owner: 'operators',
      remedy: 'systemctl status quantum-governor; journalctl -u quantum-governor -o cat -n 20',
    }];
  },
}; // prettier-ignore
