import type { ShardWork } from '@quantum/cycle-loop';
import { runCycle, type CycleContext } from './cycle.js';
import { keepInGauges } from './tally.js';

/** The proposer's part of its cycles. */
export const proposerWork = (cycle: CycleContext): ShardWork => ({
  runCycle: (held, onRefused) => runCycle(cycle, held, onRefused),
  standBy: () => {
    keepInGauges(cycle.metrics, 0, []);
    cycle.metrics.budgetScale.set(1);
    cycle.discovery.rest();
  },
  forget: (shards) => {
    for (const shard of shards) cycle.unmetShards.delete(shard);
  },
});
