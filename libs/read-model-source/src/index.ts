export * from './source.js';
export type { ProbeAddress } from './probe.js';
