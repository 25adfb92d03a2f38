export type { RedisAddress } from './address.js';
export * from './batch.js';
export * from './connect.js';
export * from './replicas.js';
export * from './reply.js';
export * from './scan.js';
export * from './script.js';
export * from './stream-consumer.js';
