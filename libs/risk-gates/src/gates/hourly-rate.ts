import { defineGate, PASS, refuse, UNREADABLE } from '../gate.js';

/**
 * Refuses opens beyond the symbol's permits of one hour. The reserve script applies the same limit
 * (apps/governor-plugin/src/reserve/reserve-windows.lua): windows.ts says why.
 */
export const hourlyRate = defineGate({
  name: 'hourly_rate',
  summary: 'the symbol had `GOV_MAX_EXEC_PER_HOUR` permits that count in the last hour, or they cannot be read',
  appliesTo: 'opens',
  defaultMode: 'enforce',
  limits: {
    maxExecPerHour: {
      variable: 'GOV_MAX_EXEC_PER_HOUR',
      kind: 'integer',
      default: 3,
      describe: 'Opening plans of a symbol that may be permitted in an hour (hourly_rate)',
      min: 0,
    },
  },
  evaluate({ window }, { maxExecPerHour }) {
    if (!window.readable) return UNREADABLE;
    const { hourCount } = window.value;
    return hourCount >= maxExecPerHour ? refuse({ exec_count: hourCount, max_exec_per_hour: maxExecPerHour }) : PASS;
  },
});
