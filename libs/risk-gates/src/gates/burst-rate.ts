import { PASS, refuse, UNREADABLE, type Gate } from '../gate.js';

/** Refuses opens beyond the symbol's permits of five minutes. */
export const burstRate: Gate = {
  name: 'burst_rate',
  appliesTo: 'opens',
  evaluate({ window }, { maxExecPer5Min }) {
    if (!window.readable) return UNREADABLE;
    const { burstCount } = window.value;
    return burstCount >= maxExecPer5Min ? refuse({ exec_count: burstCount, max_exec_per_5min: maxExecPer5Min }) : PASS;
  },
};
