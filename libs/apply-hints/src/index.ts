export * from './apply.js';
export * from './read.js';
