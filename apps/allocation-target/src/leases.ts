import { Leases, type LeaseOptions, type Redis } from '@quantum/redis-io';
import { fenceKey, leaseKey, membersKey, publishedKey } from '@quantum/redis-schemas';

/** A lease lasts this many intervals: a slot may fail and the next still renews it in time. */
const INTERVALS_PER_LEASE = 3;
const MIN_LEASE_MS = 2000;
const MAX_LEASE_MS = 30_000;

/** How long a lease lasts without being renewed, whole ms as Redis wants them. Every tick and every batch renews it. */
export const leaseMsOf = (intervalMs: number): number =>
  Math.min(MAX_LEASE_MS, Math.max(MIN_LEASE_MS, Math.round(INTERVALS_PER_LEASE * intervalMs)));

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
