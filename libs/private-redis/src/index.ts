export { findRedisServer, findRedisTool } from './find-server.js';
export type { RedisServer } from './server-binary.js';
export { startPrivateRedis } from './start.js';
export type { PrivateRedis, PrivateRedisOptions } from './start.js';
