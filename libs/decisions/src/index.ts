export * from './proposal/again.js';
export * from './proposal/budget.js';
export * from './proposal/decide.js';
export * from './reading.js';
