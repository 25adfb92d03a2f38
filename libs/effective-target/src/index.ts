export * from './effective-multiplier.js';
