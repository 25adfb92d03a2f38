export { createAnnotatorMetrics } from './annotator.js';
export type { AnnotatorMetrics } from './annotator.js';
export { createBrainMetrics } from './brain.js';
export type { BrainMetrics, SymbolCounts } from './brain.js';
export { ENTRY_RESULT_TEXT } from './brain-declarations.js';
export type { EntryResult } from './brain-declarations.js';
export { createConsoleMetrics } from './console.js';
export type { ConsoleMetrics } from './console.js';
export { describeMetrics, type MetricRow } from './declarations.js';
export {
  ANNOTATE_RESULTS,
  DEADLETTER_REASONS,
  DEADLETTER_REASON_TEXT,
  GOVERNOR_ERRORS,
} from './governor-declarations.js';
export type { AnnotateResult, DeadletterReason, GovernorErrorKind } from './governor-declarations.js';
export { SKIP_REASONS, SKIP_REASON_TEXT } from './proposer-declarations.js';
export type { SkipReason } from './proposer-declarations.js';
export { createProposerMetrics } from './proposer.js';
export type { ProposerMetrics } from './proposer.js';
export { createGovernorMetrics } from './governor.js';
export type { GovernorMetrics } from './governor.js';
export { createRolloutMetrics } from './rollout.js';
export type { RolloutMetrics, RolloutNames, ShownRollout } from './rollout.js';
export { OTHER_SYMBOL } from './symbol-series.js';
export type { SymbolGauges } from './symbol-series.js';
export { createServiceMetrics } from './build.js';
export type { MetricsOptions, PolicyMetrics } from './build.js';
export { HTTP_LIMITS, limitConnections, startMetricsServer } from './server.js';
export type { MetricsServer, MetricsServerOptions, Readiness } from './server.js';
