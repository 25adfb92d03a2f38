export * from './gates.js';
export * from './steps.js';
