import { atLeast, defineGuard } from '../guard.js';

/** Checks that cycles are published, whole. Before the first is due, nothing is missing. */
export const completeness = defineGuard({
  name: 'completeness',
  summary:
    'fewer than `minShare` of the cycles that were due in the last hour were published, or of the symbols that they owed; unknown where every symbol of the stage is excluded',
  onBreach: 'hold',
  onUnknown: 'hold',
  unit: 'ratio',
  limits: { minShare: { default: 0.99, min: 0, max: 1, describe: 'least share of cycles, and of symbols' } },
  evaluate({ nowSec, hour, cohort }, { minShare }) {
    const shareOf = (done: number, due: number): number => (due === 0 ? 1 : done / due);
    // A stage that enforces nothing shows nothing: its blend would rise and lapse in every cycle.
    const value =
      cohort.size === 0
        ? undefined
        : hour && Math.min(shareOf(hour.published, hour.due), shareOf(hour.symbolsEnforced, hour.symbolsDue));
    return atLeast({ value, limit: minShare, n: hour?.due ?? 0, asOfSec: nowSec });
  },
});
