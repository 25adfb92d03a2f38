/**
 * The lengths of the windows. Their limits are applied twice by design. The governor's reserve script
 * (apps/governor-plugin/src/reserve/reserve.lua) counts and reserves in one atomic step, so that two replicas cannot
 * both pass. The gates evaluate its counts, to give the reason and the numbers. Both take the lengths from here.
 */

/** Length of the `hourly_rate` window, seconds. */
export const HOUR_WINDOW_SEC = 3600;
/** Length of the `burst_rate` window, seconds. */
export const BURST_WINDOW_SEC = 300;
/** A window keeps a symbol's permits for this long, seconds: the longest cooldown looks back as far. */
export const LOOK_BACK_SEC = 7200;
/** Lifetime of a window's key, seconds. A plan of the symbol renews it once in ten minutes. */
export const WINDOW_TTL_SEC = LOOK_BACK_SEC + 600;
/** Lifetime of the day's notional and of opens in flight, seconds: longer than the day lasts. */
export const DAY_TTL_SEC = 172_800;
/** A permitted open counts as in flight for this long, seconds. After that, every position that counts contains it. */
export const IN_FLIGHT_SEC = 120;
/** An unsettled reservation expires after this long, seconds. */
export const UNSETTLED_SEC = 60;
/** Relative tolerance of the comparison with P2.9's target: P2.9 and the plan round in their last digits. */
export const TARGET_TOLERANCE = 1e-9;
