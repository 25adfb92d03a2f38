import { defineGate, PASS, refuse, UNREADABLE } from '../gate.js';
import { LOOK_BACK_SEC } from '../windows.js';

/**
 * Refuses opens while the symbol's last execution is too recent. An execution in the future counts as age 0. The
 * reserve script applies the same limit (apps/governor-plugin/src/reserve/reserve-windows.lua): windows.ts says why.
 */
export const symbolCooldown = defineGate({
  name: 'symbol_cooldown',
  summary: "the symbol's last execution is more recent than `GOV_SYMBOL_COOLDOWN_SECONDS`, or cannot be read",
  appliesTo: 'opens',
  defaultMode: 'enforce',
  limits: {
    symbolCooldownSec: {
      variable: 'GOV_SYMBOL_COOLDOWN_SECONDS',
      kind: 'number',
      default: 60,
      describe:
        'Least time between two permits of a symbol, for opens (symbol_cooldown); 0 disables; windows look back 2 h',
      min: 0,
      max: LOOK_BACK_SEC,
      unit: 'seconds',
    },
  },
  evaluate({ nowSec, window }, { symbolCooldownSec }) {
    if (symbolCooldownSec === 0) return PASS; // disabled: its read does not matter
    if (!window.readable) return UNREADABLE;
    const { lastExecSec } = window.value;
    if (lastExecSec === 'unreadable') return UNREADABLE;
    if (lastExecSec === undefined) return PASS;
    const ageSec = Math.max(0, nowSec - lastExecSec);
    return ageSec < symbolCooldownSec ? refuse({ age_sec: ageSec, cooldown_sec: symbolCooldownSec }) : PASS;
  },
});
