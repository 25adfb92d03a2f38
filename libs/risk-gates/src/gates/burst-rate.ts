import { defineGate, PASS, refuse, UNREADABLE } from '../gate.js';

/**
 * Refuses opens beyond the symbol's permits of five minutes. The reserve script applies the same limit
 * (apps/governor-plugin/src/reserve/reserve-windows.lua): windows.ts says why.
 */
export const burstRate = defineGate({
  name: 'burst_rate',
  summary: 'the symbol had `GOV_MAX_EXEC_PER_5MIN` permits that count in the last five minutes, or they cannot be read',
  appliesTo: 'opens',
  defaultMode: 'enforce',
  limits: {
    maxExecPer5Min: {
      variable: 'GOV_MAX_EXEC_PER_5MIN',
      kind: 'integer',
      default: 2,
      describe: 'Opening plans of a symbol that may be permitted in five minutes (burst_rate)',
      min: 0,
    },
  },
  evaluate({ window }, { maxExecPer5Min }) {
    if (!window.readable) return UNREADABLE;
    const { burstCount } = window.value;
    return burstCount >= maxExecPer5Min ? refuse({ exec_count: burstCount, max_exec_per_5min: maxExecPer5Min }) : PASS;
  },
});
