import type { Cluster, Redis } from 'ioredis';

/** A client of one server, or of a Cluster. */
export type AnyRedis = Redis | Cluster;
