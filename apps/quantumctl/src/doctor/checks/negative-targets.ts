import { parseNumber } from '@quantum/redis-schemas';
import { alike, type Check } from '../finding.js';
import { shown } from '../words.js';

export const negativeTargets: Check = {
  name: 'negative-targets',
  harm: 'part',
  finds: 'targets below zero, which P2.9 writes for losing symbols',
  find: ({ hashes: { targets } }) =>
    alike(
      targets.filter(({ fields }) => (parseNumber(fields['target_usd']) ?? 0) < 0),
      () => 'negative',
      ({ key, fields }) => ({
        key,
        field: 'target_usd',
        value: shown(fields['target_usd'] ?? ''),
        means: 'The symbol gets no proposal (invalid_target). allocation_cap takes the target as 0.',
        owner: 'P2.9',
        remedy: 'write 0, or the size that is wanted, and keep the sign of the P&L elsewhere',
      }),
    ),
};
