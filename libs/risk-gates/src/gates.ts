import { allocationCap } from './gates/allocation-cap.js';
import { burstRate } from './gates/burst-rate.js';
import { dailyNotional } from './gates/daily-notional.js';
import { disarmed } from './gates/disarmed.js';
import { hourlyRate } from './gates/hourly-rate.js';
import { killScore } from './gates/kill-score.js';
import { killSwitch } from './gates/kill-switch.js';
import { planAge } from './gates/plan-age.js';
import { portfolioBudget } from './gates/portfolio-budget.js';
import { priceBand } from './gates/price-band.js';
import { symbolCooldown } from './gates/symbol-cooldown.js';

/** Gates that need no state of the governor's own. They come first: a plan they refuse costs no reservation. */
export const ENTRY_GATES = [killSwitch, disarmed, planAge, killScore] as const;

/** Gates over the symbol's windows. The caller reads these and reserves in one step. */
export const WINDOW_GATES = [symbolCooldown, hourlyRate, burstRate, dailyNotional] as const;

/** Gates over other teams' limits. They are advisory: unreadable state passes. */
export const ADVISORY_GATES = [portfolioBudget, allocationCap, priceBand] as const;

/** Advisory gates that can be evaluated before the reservation, which reads the opens in flight. */
export const EARLY_ADVISORY_GATES = ADVISORY_GATES.filter((gate) => gate !== allocationCap);
/** Gates that are evaluated with the reads of the reservation. */
export const LATER_GATES = [...WINDOW_GATES, ...ADVISORY_GATES] as const;
/** Every gate, in the order of the contract. */
export const GATES = [...ENTRY_GATES, ...LATER_GATES] as const;
