import type { ShardWork } from '@quantum/cycle-loop';
import { runCycle, type CycleContext } from './cycle.js';

/** The rollout's part of its cycles. */
export const rolloutWork = (cycle: CycleContext): ShardWork => ({
  runCycle: async ([lease], onRefused) => {
    if (lease) await runCycle(cycle, lease, onRefused);
  },
  standBy: () => {
    cycle.memory.clear();
    cycle.metrics.show(undefined);
    cycle.metrics.bySymbol.retain([]);
  },
  forget: (shards) => {
    if (shards.length > 0) cycle.memory.clear();
  },
});
