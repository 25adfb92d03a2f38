export type { Redis } from 'ioredis';
export * from './address.js';
export * from './batch.js';
export * from './connect.js';
export * from './script.js';
export * from './stream-consumer.js';
