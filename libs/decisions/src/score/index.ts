export * from './again.js';
export { closedOf } from './closed-json.js';
export * from './decide.js';
export * from './entry.js';
export * from './inputs.js';
