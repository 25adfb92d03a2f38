import { atMost, defineGuard } from '../guard.js';
import { hasBase } from '../input.js';

/**
 * Bounds how fast multipliers move, and what following them costs. Moves of the base are not ours and do not count, nor
 * do symbols without a known base: `symbol_bounds` does not publish them.
 */
export const slew = defineGuard({
  name: 'slew',
  summary:
    'multipliers move more than `perCycle` of the base in a cycle, more than `perDay` times in 24 hours, or at a cost above `costBpsPerDay`',
  onBreach: 'hold',
  onUnknown: 'hold',
  onSecondBreach: 'rollback',
  unit: 'ratio or bps of cost',
  limits: {
    perCycle: { default: 0.05, min: 0, max: 1, describe: 'greatest change of a cycle, a share of the sum of bases' },
    perDay: { default: 3, min: 0, max: 100, describe: 'greatest turnover of 24 hours, times the sum of bases' },
    costBpsPerDay: {
      default: 20,
      min: 0,
      max: 1000,
      describe: 'greatest cost of that turnover, basis points of the sum of bases',
    },
  },
  evaluate({ nowSec, symbols, turnoverDay = NaN, costBps }, { perCycle, perDay, costBpsPerDay }) {
    let [movedUsd, totalUsd] = [0, 0];
    for (const { baseUsd, multiplier, before } of symbols.filter(hasBase)) {
      movedUsd += baseUsd * Math.abs(multiplier - before);
      totalUsd += baseUsd;
    }
    const cycle = movedUsd / totalUsd;
    const sample = { n: symbols.length, asOfSec: nowSec };
    const findings = [
      atMost({ value: cycle, limit: perCycle, ...sample }),
      atMost({ value: turnoverDay + cycle, limit: perDay, ...sample }),
      atMost({ value: (turnoverDay + cycle) * costBps, limit: costBpsPerDay, ...sample }),
    ] as const;
    const [first] = findings;
    return (
      findings.find(({ verdict }) => verdict === 'BREACH') ??
      findings.find(({ verdict }) => verdict === 'UNKNOWN') ??
      first
    );
  },
});
