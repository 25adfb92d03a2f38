import { Leases, type LeaseOptions, type Redis } from '@quantum/redis-io';
import { brainFenceKey, brainLeaseKey, brainMembersKey, brainPublishedKey, STREAMS } from '@quantum/redis-schemas';

const STREAM = STREAMS.efficiencyDecision;

/** Leases of the shards of symbols: processes on the same Redis are each other's standbys. */
export const leasesOf = (redis: Redis, options: Pick<LeaseOptions, 'shards' | 'leaseMs' | 'process'>): Leases =>
  new Leases(redis, {
    ...options,
    shardsSetting: 'BRAIN_SHARDS',
    keys: {
      fence: brainFenceKey(STREAM),
      members: brainMembersKey(STREAM),
      lease: (shard) => brainLeaseKey(STREAM, shard),
      published: (shard) => brainPublishedKey(STREAM, shard),
    },
  });
