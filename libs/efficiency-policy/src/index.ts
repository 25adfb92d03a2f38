export * from './assess.js';
export * from './budget.js';
export * from './hint.js';
export * from './parameters.js';
export * from './pattern.js';
export * from './policy-book.js';
export * from './propose.js';
export * from './smooth.js';
