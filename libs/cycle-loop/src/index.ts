export { cycleWork, type CycleOptions, type CycleParts } from './cycle-work.js';
export { forEachShard } from './each-shard.js';
export { leaseMsOf } from './lease-time.js';
export type { TickOutcome } from './loop.js';
export type { CycleMetrics } from './metrics.js';
export { ShardCycles, type ShardWork } from './shard-cycles.js';
