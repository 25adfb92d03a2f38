import { Leases, type Redis } from '@quantum/redis-io';
import {
  ROLLOUT_FENCE_KEY,
  ROLLOUT_LEASE_KEY,
  ROLLOUT_MEMBERS_KEY,
  ROLLOUT_PUBLISHED_KEY,
} from '@quantum/redis-schemas';

const MIN_LEASE_MS = 2000;
/** Longest time between two ticks of a cycle loop, ms. */
const MAX_TICK_MS = 10_000;
const TICKS_PER_LEASE = 1.5;

/**
 * How long the lease lasts without being renewed, ms. With a tick more, a standby takes over after two and a half
 * ticks: before the multipliers have expired, which live for three intervals.
 */
export const rolloutLeaseMs = (intervalMs: number): number =>
  Math.max(MIN_LEASE_MS, Math.round((TICKS_PER_LEASE * intervalMs) / Math.ceil(intervalMs / MAX_TICK_MS)));

/** The lease of the rollout: one process runs it, the others are its standbys. */
export const leasesOf = (redis: Redis, options: { leaseMs: number; process: string }): Leases =>
  new Leases(redis, {
    ...options,
    shards: 1,
    shardsSetting: 'the number of shards',
    keys: {
      fence: ROLLOUT_FENCE_KEY,
      members: ROLLOUT_MEMBERS_KEY,
      lease: () => ROLLOUT_LEASE_KEY,
      published: () => ROLLOUT_PUBLISHED_KEY,
    },
  });
