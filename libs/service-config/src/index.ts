export { annotatorDefinition, type AnnotatorConfig } from './annotator.js';
export { brainDefinition, type BrainConfig } from './brain.js';
export { consoleDefinition, type ConsoleConfig } from './console.js';
export { governorDefinition, type GovernorConfig } from './governor.js';
export { proposerDefinition, type ProposerConfig } from './proposer.js';
export { BUDGETS } from './proposer-variables.js';
export { rolloutDefinition, type RolloutConfig } from './rollout.js';
export type * from './service-entry.js';
export * from './services.js';
