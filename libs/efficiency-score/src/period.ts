/** The grid of periods: period p is [p * periodSec, (p + 1) * periodSec), aligned to the epoch. */

/** Start of a period, unix seconds. */
export const periodStartSec = (period: number, periodSec: number): number => period * periodSec;

/** End of a period, which is the start of the next, unix seconds. */
export const periodEndSec = (period: number, periodSec: number): number => periodStartSec(period + 1, periodSec);

/**
 * The period that a time lies in, so that start <= time < end holds also for fractions of seconds. Undefined for a time
 * that is not finite, below 0 or beyond the safe integers.
 */
export function periodOf(nowSec: number, periodSec: number): number | undefined {
  let period = Math.floor(nowSec / periodSec);
  // The quotient is rounded, so that a time next to a boundary may end up on its other side.
  if (periodStartSec(period, periodSec) > nowSec) period -= 1;
  else if (periodEndSec(period, periodSec) <= nowSec) period += 1;
  return isPeriod(period) ? period : undefined;
}

/** Whether a number can be a period: a safe integer, >= 0. */
export const isPeriod = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
