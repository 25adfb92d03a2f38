import type { ShardWork } from '@quantum/cycle-loop';
import { runCycle, type CycleContext } from './cycle.js';

/** The brain's part of its cycles. */
export const brainWork = (cycle: CycleContext): ShardWork => ({
  runCycle: (held, onRefused) => runCycle(cycle, held, onRefused),
  standBy: () => {
    cycle.states.clear();
    cycle.executions.reset();
    cycle.metrics.symbols.set(0);
    cycle.metrics.confidentSymbols.set(0);
    cycle.metrics.freshSymbols.set(0);
    cycle.metrics.bySymbol.retain([]);
  },
  // Another process may write these states: all are read again.
  forget: (shards) => {
    if (shards.length > 0) cycle.states.clear();
  },
});
