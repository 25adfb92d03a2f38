export * from './explain.js';
export * from './file.js';
export * from './gates.js';
export * from './limits.js';
export { policyJsonSchema } from './schema.js';
export * from './steps.js';
export * from './publish.js';
export * from './source.js';
