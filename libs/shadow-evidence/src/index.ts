export * from './before-after.js';
export * from './policy.js';
export * from './recording.js';
export * from './replay-decision.js';
export * from './replay-proposal.js';
export * from './replayer.js';
export * from './what-if.js';
