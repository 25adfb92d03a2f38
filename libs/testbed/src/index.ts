export * from './ask.js';
export * from './lines.js';
export * from './process.js';
export * from './random.js';
export * from './repeat.js';
export * from './service.js';
export * from './streams.js';
export * from './until.js';
