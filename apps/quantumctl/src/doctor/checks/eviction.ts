import { EVICTION_DANGER, evicts } from '@quantum/redis-io';
import type { Check } from '../finding.js';

export const eviction: Check = {
  name: 'eviction',
  harm: 'danger',
  finds: 'a `maxmemory-policy` that lets Redis evict keys',
  find: ({ servers }) =>
    servers.flatMap(({ maxmemoryPolicy: value }) =>
      value === undefined || !evicts(value)
        ? []
        : {
            key: 'maxmemory-policy',
            value,
            means: `${EVICTION_DANGER.split('. Set ')[0] ?? ''}.`,
            owner: 'who runs Redis',
            remedy: 'CONFIG SET maxmemory-policy noeviction, and the same in the configuration file',
          },
    ),
};
