export * from './definition.js';
export * from './host.js';
export * from './log-outages.js';
export * from './process-name.js';
export * from './run-service.js';
export { UnsupportedRedisError } from './server-check.js';
export * from './systemd.js';
