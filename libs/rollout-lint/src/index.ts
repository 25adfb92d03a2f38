export * from './figures.js';
export * from './hour.js';
export * from './lint.js';
export { ShadowHours } from './record/shadow-hours.js';
export { lintText, table } from './text.js';
