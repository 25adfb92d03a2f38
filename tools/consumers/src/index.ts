export * from './apply-layer.js';
