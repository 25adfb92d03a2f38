import { entryIdMs, STREAMS } from '@quantum/redis-schemas';
import type { Check } from '../finding.js';
import { INPUTS } from '../inputs.js';
import { shown } from '../words.js';

export const scoresInShadow: Check = {
  name: 'scores-in-shadow',
  harm: 'idle',
  finds: 'scores that are computed and not written where they are read',
  find: ({ hashes: { scores, targets }, scoreEntries: [last], nowSec }) => {
    // A writer that has stopped is another finding.
    const isOld = last !== undefined && nowSec - entryIdMs(last.id) / 1000 > INPUTS.scores.maxAgeSec;
    if (scores.length > 0 || isOld) return [];
    const owner = last?.fields['symbol'] === undefined ? 'P3.1' : 'who runs P3.1, or efficiency-brain';
    const means = 'No symbol has a score (missing_eff): every multiplier is 1, and no permit carries a hint.';
    if (last !== undefined) {
      const value = `mode ${shown(last.fields['mode'] ?? '')}`;
      return [
        {
          key: STREAMS.efficiencyDecision,
          field: 'mode',
          value,
          means: `Scores go to this stream alone. ${means}`,
          owner,
          remedy: 'set P31_MODE=enforce for the one that shall write the scores',
        },
      ];
    }
    return targets.length === 0
      ? []
      : [{ key: 'quantum:capital:efficiency:*', value: 'absent', means, owner, remedy: 'run P3.1 or efficiency-brain' }];
  },
}; // prettier-ignore
