/** Control characters would move the cursor: text from Redis is shown, never obeyed. */
export const harmless = (text: string): string => text.replace(/\p{C}/gu, '?');

/** A text of at most `width` characters, cut with an ellipsis. */
export const cut = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;

/** A number with this many decimals; `-` where it is not known. */
export const decimals = (value: number | null, digits: number): string =>
  value === null ? '-' : value.toFixed(digits);

/** One value of hundreds of digits would push every other column off the screen. */
const HUGE = 1e15;
const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
/** `3,210`; `-` where it is not known. */
export const whole = (value: number | null): string => {
  if (value === null) return '-';
  return Math.abs(value) < HUGE ? grouped.format(value) : value.toExponential(2);
};

/** `ok 26, low_conf 2`, the greatest first; `none` without any. */
export function tally(counts: Readonly<Record<string, number>>): string {
  const sorted = Object.entries(counts).sort(([, a], [, b]) => b - a);
  return sorted.length === 0 ? 'none' : sorted.map(([name, count]) => `${name} ${whole(count)}`).join(', ');
}
