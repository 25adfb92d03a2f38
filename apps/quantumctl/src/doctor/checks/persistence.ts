import { counted, duration } from '../../texts.js';
import type { Check } from '../finding.js';

/** With changes, the shipped configuration saves within an hour. */
const UNSAVED_SEC = 7200;

export const persistence: Check = {
  name: 'persistence',
  harm: 'danger',
  finds: 'a Redis that keeps nothing on disk',
  find: ({ servers, nowSec }) =>
    servers.flatMap(({ isAppendOnly, save, lastSaveSec, unsavedChanges }) => {
      if (isAppendOnly !== false) return [];
      const unsavedSec = nowSec - (lastSaveSec ?? nowSec);
      const neverSaves = save === '' || (save === undefined && (unsavedChanges ?? 0) > 0 && unsavedSec > UNSAVED_SEC);
      if (!neverSaves) return [];
      const found =
        save === ''
          ? { key: 'save', value: '""' }
          : {
              key: 'rdb_last_save_time',
              value: `${duration(unsavedSec)} ago, ${counted(unsavedChanges ?? 0, 'change')} since`,
            };
      return {
        ...found,
        means:
          'A restart of Redis loses windows, daily sums, decision records, the kill switch and the state of a rollout.',
        owner: 'who runs Redis',
        remedy: 'set appendonly yes (at most one second is lost) or save points',
      };
    }),
};
