import { Leases, type LeaseOptions, type Redis } from '@quantum/redis-io';
import { fenceKey, leaseKey, membersKey, publishedKey } from '@quantum/redis-schemas';

/** Leases of the shards of a proposal stream: processes that publish to the same stream are each other's standbys. */
export const leasesOf = (
  redis: Redis,
  { streamName, ...options }: Pick<LeaseOptions, 'shards' | 'leaseMs' | 'process'> & { streamName: string },
): Leases =>
  new Leases(redis, {
    ...options,
    shardsSetting: 'PROPOSER_SHARDS',
    keys: {
      fence: fenceKey(streamName),
      members: membersKey(streamName),
      lease: (shard) => leaseKey(streamName, shard),
      published: (shard) => publishedKey(streamName, shard),
    },
  });
