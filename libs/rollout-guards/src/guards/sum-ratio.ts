import { atLeast, atMost, defineGuard } from '../guard.js';
import { hasBase } from '../input.js';

const TOLERANCE = 1e-9;

/**
 * Bounds the capital that all effective targets together claim. A symbol without a known base claims none:
 * `symbol_bounds` does not publish it.
 */
export const sumRatio = defineGuard({
  name: 'sum_ratio',
  summary:
    'the sum of effective targets leaves `min`..`max` (`maxBoth` where a stage goes both ways) times the sum of base targets',
  onBreach: 'hold',
  onUnknown: 'hold',
  unit: 'ratio',
  limits: {
    min: { default: 0.9, min: 0, max: 1, describe: 'least sum of effective targets, of the sum of bases' },
    max: { default: 1, min: 1, max: 2, describe: 'greatest sum in a stage that goes down only' },
    maxBoth: { default: 1.05, min: 1, max: 2, describe: 'greatest sum in a stage that goes both ways' },
  },
  evaluate({ nowSec, symbols, direction }, { min, max, maxBoth }) {
    let [effectiveUsd, totalUsd] = [0, 0];
    for (const { baseUsd, multiplier } of symbols.filter(hasBase)) {
      effectiveUsd += baseUsd * multiplier;
      totalUsd += baseUsd;
    }
    const sample = { value: effectiveUsd / totalUsd, n: symbols.length, asOfSec: nowSec };
    const low = atLeast({ ...sample, limit: min * (1 - TOLERANCE) });
    const most = direction === 'both' ? maxBoth : max;
    return low.verdict === 'PASS' ? atMost({ ...sample, limit: most * (1 + TOLERANCE) }) : low;
  },
});
