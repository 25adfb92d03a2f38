import type { Check } from '../finding.js';

export const replicas: Check = {
  name: 'replicas',
  harm: 'note',
  finds: 'a Redis without a replica',
  find: ({ servers }) =>
    servers.flatMap(({ replicas: count }) =>
      count === 0
        ? {
            key: 'connected_slaves',
            value: '0',
            means: 'Nothing takes over when this server fails: all services wait until it is back.',
            owner: 'who runs Redis',
            remedy:
              'add a replica and Sentinel, or accept the outage; REDIS_WAIT_REPLICAS makes the governor wait for it',
          }
        : [],
    ),
};
