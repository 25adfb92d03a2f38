import { defineGate, PASS, refuse, UNREADABLE } from '../gate.js';

/**
 * Refuses opens beyond the symbol's notional of the UTC day, and, in production, those of unknown notional. The reserve
 * script applies the same limit (apps/governor-plugin/src/reserve/reserve-windows.lua): windows.ts says why.
 */
export const dailyNotional = defineGate({
  name: 'daily_notional',
  summary:
    "the symbol's notional of the UTC day would exceed `GOV_MAX_NOTIONAL_PER_DAY_USD`, cannot be read, or, in production, the plan's is unknown",
  appliesTo: 'opens',
  defaultMode: 'enforce',
  limits: {
    maxNotionalPerDayUsd: {
      variable: 'GOV_MAX_NOTIONAL_PER_DAY_USD',
      kind: 'number',
      default: 5000,
      describe: "Notional of a symbol's opening plans that may be permitted in a UTC day (daily_notional)",
      min: 0,
      unit: 'USD',
      aliases: ['GOV_MAX_REDUCE_NOTIONAL_PER_DAY_USD'],
    },
  },
  evaluate({ dayNotionalUsd, notionalUsd }, { maxNotionalPerDayUsd, refuseUnknownNotional }) {
    if (!dayNotionalUsd.readable) return UNREADABLE;
    const numbers = { day_notional_usd: dayNotionalUsd.value, max_notional_usd: maxNotionalPerDayUsd };
    if (notionalUsd === undefined) {
      return refuseUnknownNotional ? refuse({ notional_usd: 'unknown', ...numbers }) : PASS;
    }
    return dayNotionalUsd.value + notionalUsd > maxNotionalPerDayUsd
      ? refuse({ notional_usd: notionalUsd, ...numbers })
      : PASS;
  },
});
