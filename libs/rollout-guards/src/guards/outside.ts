import { type Demand, defineGuard, moreSevere } from '../guard.js';
import type { OutsideState } from '../input.js';

/** What each state of a key demands. A key that cannot be read kills: it may be on. */
const DEMAND_WHEN_ON = { killSwitch: 'kill', disarmLatch: 'hold', budgetViolation: 'hold' } as const;

/** Obeys the other safety systems of the platform. */
export const outside = defineGuard({
  name: 'outside',
  summary:
    'the kill switch is on (`kill`), the disarm latch is set, or a symbol of the cohort violates its budget (`hold`); a key of the wrong type or without permission kills, an entry that is no violation of the agreed form holds; without a connection nothing is renewed',
  onBreach: 'hold',
  onUnknown: 'hold',
  unit: 'switches',
  limits: {},
  evaluate({ nowSec, outside: states }) {
    const entries = Object.entries(DEMAND_WHEN_ON) as [keyof typeof DEMAND_WHEN_ON, Demand][];
    const all = entries.map(([name, whenOn]) => ({ state: states[name], demand: demandOf(states[name], whenOn) }));
    const demand = all.reduce<Demand>((most, each) => moreSevere(most, each.demand), 'none');
    const count = (state: OutsideState): number => all.filter((each) => each.state === state).length;
    const sample = { limit: 0, n: all.length, asOfSec: nowSec };
    const stops = count('no_answer') > 0 ? ({ stopsRenewal: true } as const) : {};
    if (count('on') > 0) return { verdict: 'BREACH', value: count('on'), ...sample, demand, ...stops };
    if (count('off') === all.length) return { verdict: 'PASS', value: 0, ...sample };
    return { verdict: 'UNKNOWN', value: undefined, ...sample, demand, ...stops };
  },
});

function demandOf(state: OutsideState, whenOn: Demand): Demand {
  if (state === 'unreadable') return 'kill';
  if (state === 'invalid') return 'hold';
  return state === 'on' ? whenOn : 'none';
}
