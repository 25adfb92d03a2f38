import { ANNOTATE_GROUP } from '@quantum/redis-schemas';
import type { Check } from '../finding.js';

/** What permit-annotator needs to see a permit as it is set: strings, on channels of keys or of events. */
const tellsOfPermits = (flags: string): boolean => /[$A]/.test(flags) && /[KE]/.test(flags);

export const notifications: Check = {
  name: 'notifications',
  harm: 'note',
  finds: '`notify-keyspace-events` without which permit-annotator polls',
  find: ({ servers, planStream }) =>
    planStream?.groups.some(({ name }) => name === ANNOTATE_GROUP)
      ? servers.flatMap(({ notifications: value }) =>
          value === undefined || tellsOfPermits(value)
            ? []
            : {
                key: 'notify-keyspace-events',
                value: JSON.stringify(value),
                means: 'permit-annotator polls for permits, and adds its hint later than it could.',
                owner: 'who runs Redis',
                remedy: 'add K and $ to notify-keyspace-events',
              },
        )
      : [],
};
