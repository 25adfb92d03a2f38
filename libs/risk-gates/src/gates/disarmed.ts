import { defineGate, PASS, refuse, UNREADABLE } from '../gate.js';

/** Refuses opens while the disarm latch of the UTC day is set. */
export const disarmed = defineGate({
  name: 'disarmed',
  summary: 'the disarm latch of the UTC day is set, or cannot be read',
  appliesTo: 'opens',
  defaultMode: 'enforce',
  evaluate({ disarmed: latch }) {
    if (!latch.readable) return UNREADABLE;
    return latch.value ? refuse({}) : PASS;
  },
});
