export * from './replay.js';
export { closedFrom, closedOf, type ClosedJson } from './closed-json.js';
export * from './decide.js';
export * from './entry.js';
export * from './inputs.js';
