export * from './evaluate.js';
export * from './gate.js';
export * from './gates.js';
