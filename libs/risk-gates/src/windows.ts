/**
 * The lengths of the windows. The limits on them are judged twice by choice: the reserving script of the governor
 * (apps/governor-plugin/src/reserve/reserve.lua) counts and reserves in one atomic step, so that two replicas cannot pass
 * together; the gates judge what it counted, to say why and with which numbers. Both take the lengths from here.
 */

/** `hourly_rate` counts this far back, seconds. */
export const HOUR_WINDOW_SEC = 3600;
/** `burst_rate` counts this far back, seconds. */
export const BURST_WINDOW_SEC = 300;
/** A permitted open counts as in flight for this long, seconds: later, every position that counts contains it. */
export const IN_FLIGHT_SEC = 120;
/** A reservation that was not settled for this long expires, seconds. */
export const UNSETTLED_SEC = 60;
/** Relative tolerance of the comparison with P2.9's target: P2.9 and the plan round in their last digits. */
export const TARGET_TOLERANCE = 1e-9;
