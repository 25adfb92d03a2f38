export * from './freshness.js';
export * from './latest.js';
export * from './parse.js';
export * from './tail.js';
