/** Numbers and times in words. Total: any value gives a text. */

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });

/** A number with six digits at most, as a person reads it; a text as it is, cut; `unknown` for anything else. */
export function short(value: unknown): string {
  if (typeof value === 'number') return Number.isFinite(value) ? String(Number(value.toPrecision(6))) : 'unknown';
  if (typeof value === 'string') return value.slice(0, 200);
  return typeof value === 'boolean' ? String(value) : 'unknown';
}

/** `4,900 USD` */
export const usd = (value: unknown): string =>
  typeof value === 'number' && Number.isFinite(value) ? `${grouped.format(value)} USD` : `${short(value)} USD`;

/** `12.3 s` */
export const seconds = (value: unknown): string =>
  typeof value === 'number' && Number.isFinite(value) ? `${short(Math.round(value * 10) / 10)} s` : `${short(value)} s`;

/** A count with its noun: `1 permit`, `2 permits`. */
export const counted = (count: unknown, one: string): string => `${short(count)} ${one}${count === 1 ? '' : 's'}`;

/** A time of unix seconds: `2026-01-31 13:02:41 UTC`. */
export const utc = (sec: unknown): string =>
  typeof sec === 'number' && Math.abs(sec) < 1e11
    ? `${new Date(sec * 1000).toISOString().slice(0, 19).replace('T', ' ')} UTC`
    : 'an unknown time';

/** `ok 12, low_conf 3`, the most first; empty for no counts. */
export const tally = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name} ${grouped.format(count)}`)
    .join(', ');

export const total = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, one) => sum + one, 0);
