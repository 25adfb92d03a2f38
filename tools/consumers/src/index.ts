export { vectorFiles } from './vectors/index.js';
