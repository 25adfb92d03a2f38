import { shown } from '@quantum/shadow-evidence';

export interface Tick {
  /** Its place on the axis. */
  at: number;
  label: string;
  /** Under the label: the date, where it is the first of its day. */
  below?: string;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Distances of ticks that people count in, seconds; above them whole weeks. */
const TIME_STEPS = [
  1, 2, 5, 10, 15, 30, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE,
  HOUR, 2 * HOUR, 3 * HOUR, 4 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY,
]; // prettier-ignore
const WEEK = 7 * DAY;
const TICKS = 7;
/** Binary fractions just beside a tick are on it. */
const ROUNDING = 1e-9;

const iso = (sec: number): string => new Date(sec * 1000).toISOString();

/** Ticks of a time axis in UTC: seconds where they tell the ticks apart, minutes within a day, dates beyond. */
export function timeTicks(fromSec: number, toSec: number): Tick[] {
  const least = (toSec - fromSec) / TICKS;
  const step = TIME_STEPS.find((one) => one >= least) ?? Math.ceil(least / WEEK) * WEEK;
  const ticks: Tick[] = [];
  for (let at = Math.ceil(fromSec / step) * step; at <= toSec; at += step) {
    const date = iso(at).slice(0, 10);
    if (step >= DAY) ticks.push({ at, label: date });
    else {
      const isNewDay = ticks.length === 0 || date !== iso(at - step).slice(0, 10);
      ticks.push({ at, label: iso(at).slice(11, step < MINUTE ? 19 : 16), ...(isNewDay && { below: date }) });
    }
  }
  return ticks;
}

/**
 * Ticks that a narrow plot has room for, no two of them neighbours: dates before other times.
 * @returns their places in the list
 */
export function narrowTicks(ticks: readonly Tick[]): Set<number> {
  const kept = new Set<number>();
  const keep = (i: number): void => {
    if (!kept.has(i - 1) && !kept.has(i + 1)) kept.add(i);
  };
  for (const [i, { below }] of ticks.entries()) if (i > 0 && below !== undefined) keep(i);
  for (const i of ticks.keys()) keep(i);
  return kept;
}

/** Times as a table names them: with seconds where one of them is not a whole minute. */
export function timeTexts(times: readonly number[]): string[] {
  const end = times.some((sec) => sec % MINUTE !== 0) ? 19 : 16;
  return times.map((sec) => iso(sec).slice(0, end).replace('T', ' '));
}

export interface Scale {
  from: number;
  to: number;
  ticks: readonly Tick[];
}

/** Round numbers 1, 2 or 5 times a power of ten apart, about this many of them. */
function stepOf(span: number, ticks: number): number {
  const rough = span / ticks;
  const power = 10 ** Math.floor(Math.log10(rough));
  return ([1, 2, 5].find((factor) => factor * power >= rough * (1 - ROUNDING)) ?? 10) * power;
}

const ticksOf = (first: number, last: number, step: number, text: (value: number) => string): Tick[] =>
  Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => {
    const at = Number(((first + i) * step).toPrecision(12));
    return { at, label: text(at) };
  });

/** A scale that reaches from one tick to another and holds both values. */
export function numberScale(low: number, high: number, text = plain): Scale {
  const top = high > low ? high : low + Math.max(1, Math.abs(low));
  const step = stepOf(top - low, 4);
  const ticks = ticksOf(Math.floor(low / step + ROUNDING), Math.ceil(top / step - ROUNDING), step, text);
  return { from: ticks[0]?.at ?? low, to: ticks.at(-1)?.at ?? top, ticks };
}

/** Ticks of a number axis that ends where its values do. */
export function numberTicks(from: number, to: number): Tick[] {
  const step = stepOf(to - from, 6);
  return ticksOf(Math.ceil(from / step - ROUNDING), Math.floor(to / step + ROUNDING), step, plain);
}

/** A number with the decimals that it has. */
export const plain = (value: number): string => shown(value, 6, 0);
