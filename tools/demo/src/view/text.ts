/** Numbers and times in the format for people. */

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** `3,210`; `-` if not known. */
export const usd = (amount: number | null): string => (amount === null ? '-' : grouped.format(amount));

/** A number with this many decimals; `-` if not known. */
export const decimals = (value: number | null, digits: number): string =>
  value === null ? '-' : value.toFixed(digits);

/** `0.12 to 0.93`, without those that are not known; `-` if none is known. */
export function rangeOf(values: readonly (number | null)[], digits: number): string {
  const known = values.filter((value) => value !== null);
  return known.length === 0
    ? '-'
    : `${decimals(Math.min(...known), digits)} to ${decimals(Math.max(...known), digits)}`;
}

/** Minutes and seconds, `1:05`. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** A duration of a cycle in milliseconds. */
export const milliseconds = (seconds: number): string => `${Math.round(seconds * 1000)} ms`;

/** `2025-11-17 14:22` of a unix time. */
export const minuteOf = (epochSec: number): string =>
  new Date(epochSec * 1000).toISOString().slice(0, 16).replace('T', ' ');

/** Wall-clock time of a unix time, UTC, `14:22:05`. */
export const timeOf = (epochSec: number): string => new Date(epochSec * 1000).toISOString().slice(11, 19);
