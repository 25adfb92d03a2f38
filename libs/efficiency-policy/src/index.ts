export * from './assess.js';
export * from './hint.js';
export * from './propose.js';
