export * from './decorator.js';
export * from './efficiency.js';
