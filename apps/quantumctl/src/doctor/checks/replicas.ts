import type { Check } from '../finding.js';

export const replicas: Check = {
  name: 'replicas',
  harm: 'note',
  finds: 'a Redis without a replica, and a replica in the place of a master',
  find: ({ servers }) =>
    servers.flatMap(({ replicas: count, master }) =>
      master
        ? {
            key: 'role',
            value: `replica of ${master.address}${master.isConnected ? '' : ', which it has lost'}`,
            ...(!master.isConnected && { harm: 'idle' as const }),
            means: master.isConnected
              ? 'No switch can be set here.'
              : 'No switch can be set here, and all that is read here is old.',
            owner: 'operators',
            remedy: 'name the master in REDIS_URL, or Sentinel, which follows a failover',
          }
        : count === 0
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
