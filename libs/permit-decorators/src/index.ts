export * from './decorator.js';
export * from './decorators.js';
export * from './efficiency.js';
