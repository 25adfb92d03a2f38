/** Numbers and times as the page shows them. Total: any value gives a text. */

/** One value of hundreds of digits would push every other column off the screen. */
const HUGE = 1e15;
const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** A number with this many decimals; an en dash where it is not known. */
export const decimals = (value: number | null, digits: number): string =>
  value === null ? '–' : value.toFixed(digits);

/** `4,900`; an en dash where it is not known. */
export const whole = (value: number | null): string => {
  if (value === null) return '–';
  return Math.abs(value) < HUGE ? grouped.format(value) : value.toExponential(2);
};

/** `3 pages`, `1 page`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${grouped.format(count)} ${count === 1 ? one : many}`;

/** A duration in its two largest units: `5 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. */
export function duration(sec: number): string {
  const s = Math.max(0, Math.round(sec));
  const [d, h, min] = [Math.floor(s / 86_400), Math.floor(s / 3600) % 24, Math.floor(s / 60) % 60];
  if (d > 0) return `${d} d ${h} h`;
  if (h > 0) return `${h} h ${min} min`;
  return min > 0 ? `${min} min ${s % 60} s` : `${s} s`;
}

/** How long before now: `12 s ago`. A time that is ahead is `now`: clocks of two machines differ. */
export const ago = (sec: number, nowSec: number): string =>
  nowSec - sec < 1 ? 'now' : `${duration(nowSec - sec)} ago`;

/** `2026-01-31 13:02:41`, always UTC. */
export const utc = (sec: number): string =>
  Math.abs(sec) < 1e11 ? new Date(sec * 1000).toISOString().slice(0, 19).replace('T', ' ') : 'an unknown time';

/** `13:02:41`, always UTC. */
export const clock = (sec: number): string => utc(sec).slice(11);
