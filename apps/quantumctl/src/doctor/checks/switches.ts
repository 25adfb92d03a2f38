import { HALT_KEY, isKillOn, KILL_KEY } from '@quantum/redis-schemas';
import type { Check } from '../finding.js';
import { shown } from '../words.js';

/** A switch that is on stops trading, and nothing in proposals or scores shows it. */
export const switches: Check = {
  name: 'switches',
  harm: 'idle',
  finds: 'a kill switch that is on, a disarm latch that is set',
  find: ({ switches: all }) =>
    all.flatMap(({ key, text }) => {
      if (text === undefined || text === null) return [];
      const value = shown(text);
      if (key !== KILL_KEY && key !== HALT_KEY) {
        const remedy = 'find out why, then: quantumctl disarm clear --reason TEXT';
        return { key, value, means: 'Every opening plan is refused (disarmed). Closing plans go on.', owner: 'operators', remedy };
      }
      if (!isKillOn(text)) return [];
      const means = 'Every plan is refused (kill_switch), closing plans included unless GOV_KILL_SWITCH_ALLOWS_CLOSES is true.';
      return key === KILL_KEY
        ? { key, value, means, owner: 'operators', remedy: 'find out who set it and why, then: quantumctl kill off --reason TEXT' }
        : { key, value, means, owner: 'the lockdown guard', remedy: 'find out why the guard set it; only then delete the key' };
    }),
}; // prettier-ignore
