import { PASS, refuse, UNREADABLE, type Gate } from '../gate.js';

/** Refuses while the operators' kill switch is on: every plan, or only opens if closes are allowed. */
export const killSwitch: Gate = {
  name: 'kill_switch',
  summary: "the operators' kill switch is on, or cannot be read",
  appliesTo: 'all',
  defaultMode: 'enforce',
  evaluate({ killSwitchOn, closing }, { killSwitchAllowsCloses }) {
    if (closing && killSwitchAllowsCloses) return PASS;
    if (!killSwitchOn.readable) return UNREADABLE;
    return killSwitchOn.value ? refuse({}) : PASS;
  },
};
