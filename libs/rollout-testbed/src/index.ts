export * from './harness.js';
export * from './commands.js';
export * from './market.js';
export * from './opening.js';
export * from './plan.js';
export * from './readers.js';
export * from './shadow-day.js';
