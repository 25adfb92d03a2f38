export { findRedisServer, findRedisTool } from './find-server.js';
export type { RedisServer } from './server-binary.js';
export { findSuiteServer, type SuiteServer } from './suite-server.js';
export type { Certificates } from './certificates.js';
export { startPrivateRedis } from './start.js';
export type { PrivateRedis, PrivateRedisOptions } from './start.js';
export { startPrivateSentinel, type PrivateSentinel, type PrivateSentinelOptions } from './sentinel.js';
export { startPrivateCluster, type PrivateCluster, type PrivateClusterOptions } from './cluster.js';
