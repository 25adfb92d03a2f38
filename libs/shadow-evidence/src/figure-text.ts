import type { Figure } from './figure.js';
import type { Unit } from './figures.js';

/** Decimals of a measured value. Durations and amounts have rules of their own. */
const DECIMALS: Readonly<Record<Unit, number>> = {
  share: 2, USD: 2, 'USD/h': 2, s: 1, h: 2, '1/h': 2, x: 3, bps: 1, 'bps/day': 1, count: 0,
}; // prettier-ignore
const SUFFIXES: Readonly<Record<Unit, string>> = {
  share: ' %', USD: ' USD', 'USD/h': ' USD/h', s: ' s', h: ' h', '1/h': ' per hour', x: ' x', bps: ' bps', 'bps/day': ' bps/day', count: '',
}; // prettier-ignore
/** Amounts from here on have no cents. */
const WHOLE_USD = 100;
const LIMIT_DECIMALS = 6;
const MINUTE = 60;
const HOUR = 3600;

/** A number for people: grouped, with this many decimals. */
export const shown = (value: number, decimals = 0, least = decimals): string =>
  value.toLocaleString('en-US', { minimumFractionDigits: least, maximumFractionDigits: decimals });

/** `41 s`, `12 min 30 s`, `3 h 5 min`. */
export function durationText(seconds: number): string {
  if (Math.abs(seconds) < 2 * MINUTE) return `${shown(seconds, 1, 0)} s`;
  const inHours = seconds >= HOUR;
  const [small, large] = inHours ? ['min', 'h'] : ['s', 'min'];
  const whole = Math.round(inHours ? seconds / MINUTE : seconds);
  const rest = whole % MINUTE;
  return `${shown((whole - rest) / MINUTE)} ${large}${rest === 0 ? '' : ` ${rest} ${small}`}`;
}

/** `2025-11-17 14:22:05` of a unix time, UTC. */
export const timeText = (sec: number): string => new Date(sec * 1000).toISOString().slice(0, 19).replace('T', ' ');

function numberText(value: number, unit: Unit): string {
  if (unit === 's') return durationText(value);
  const isLarge = (unit === 'USD' || unit === 'USD/h') && Math.abs(value) >= WHOLE_USD;
  return shown(unit === 'share' ? 100 * value : value, isLarge ? 0 : DECIMALS[unit]);
}

const suffixOf = (unit: Unit): string => (unit === 's' ? '' : SUFFIXES[unit]);

/** A value in its unit; `no data` where the sample does not give it. */
export const valueText = (value: number | undefined, unit: Unit): string =>
  value === undefined ? 'no data' : numberText(value, unit) + suffixOf(unit);

/** The interval of a mean, `95 % interval -200 to -102`; undefined of a figure without one. */
export const intervalText = ({ interval, unit }: Figure): string | undefined =>
  interval && `95 % interval ${numberText(interval.low, unit)} to ${numberText(interval.high, unit)}`;

/** `1,020 proposals`. */
export const sampleText = ({ n, of }: Pick<Figure, 'n' | 'of'>): string => `${shown(n)} ${of}`;

/** A limit in its figure's unit, as people read it: `≤ 20 %`, `0.8 to 1.2 x`. */
export function limitIn(unit: Unit, { min, max }: { min?: number | undefined; max?: number | undefined }): string {
  const one = (value: number): string =>
    unit === 's' ? durationText(value) : shown(unit === 'share' ? 100 * value : value, LIMIT_DECIMALS, 0);
  if (min !== undefined && max !== undefined) return `${one(min)} to ${one(max)}${suffixOf(unit)}`;
  return `${min === undefined ? '≤' : '≥'} ${one(min ?? max ?? 0)}${suffixOf(unit)}`;
}
