import { atMost, defineGuard } from '../guard.js';

/** Bounds how often multipliers change their direction: wavering costs and gains nothing. */
export const oscillation = defineGuard({
  name: 'oscillation',
  summary: 'multipliers changed their direction more than `maxPerSymbolHour` times an hour and symbol',
  onBreach: 'hold',
  onUnknown: 'hold',
  unit: 'changes per symbol and hour',
  limits: {
    maxPerSymbolHour: { default: 6, min: 0, max: 360, describe: 'greatest number of changes per symbol and hour' },
  },
  evaluate({ nowSec, oscillation: found }, { maxPerSymbolHour }) {
    const value = found && (found.changes === 0 ? 0 : found.changes / found.symbolHours);
    return atMost({ value, limit: maxPerSymbolHour, n: found?.changes ?? 0, asOfSec: nowSec });
  },
});
