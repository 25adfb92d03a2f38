import { defineGate, PASS, refuse, UNREADABLE } from '../gate.js';

/** Refuses while the operators' kill switch is on: every plan, or only opens if closes are allowed. */
export const killSwitch = defineGate({
  name: 'kill_switch',
  summary: "the operators' kill switch is on, or cannot be read",
  appliesTo: 'all',
  defaultMode: 'enforce',
  limits: {
    killSwitchAllowsCloses: {
      variable: 'GOV_KILL_SWITCH_ALLOWS_CLOSES',
      kind: 'boolean',
      default: false,
      describe: 'Whether closing plans pass while the kill switch is on',
    },
  },
  evaluate({ killSwitchOn, closing }, { killSwitchAllowsCloses }) {
    if (closing && killSwitchAllowsCloses) return PASS;
    if (!killSwitchOn.readable) return UNREADABLE;
    return killSwitchOn.value ? refuse({}) : PASS;
  },
});
