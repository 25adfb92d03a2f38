export { newConsumerName } from './consumer-name.js';
export { LoopTelemetry } from './loop-telemetry.js';
export type { PlanLoopOptions, PlanServer } from './loop-options.js';
export { isOwnFault } from './own-fault.js';
export type { PlanEntry, Served } from './plan-entry.js';
export { runPlanLoop } from './plan-loop.js';
export { BatchSemaphore } from './batch-semaphore.js';
export { planWork, type PlanParts, type PlanWork, type StreamLoop } from './plan-work.js';
