export * from './fixtures.js';
export * from './policy.js';
export * from './records.js';
export * from './neighbours.js';
