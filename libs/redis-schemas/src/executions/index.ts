export * from './execution.js';
export { parseTime } from './time.js';
export * from './streams.js';
