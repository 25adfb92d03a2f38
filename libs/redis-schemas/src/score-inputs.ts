import { parseTime } from './executions/time.js';
import { parsePosition, type Position } from './gate-reads.js';
import { parseNumber } from './text.js';

/** What a score is made from, as metrics and `stale_flags` call it. */
export const SCORE_INPUTS = ['POSITION', 'PRICE', 'P29', 'P30'] as const;
export type ScoreInput = (typeof SCORE_INPUTS)[number];

/** The fields of `quantum:ticker:{symbol}` that a score needs, in the order of the HMGET. */
export const TICKER_FIELDS = ['markPrice', 'price', 'timestamp'] as const;
/** The fields of `quantum:alpha:attribution:{symbol}` that a score needs, in the order of the HMGET. */
export const ATTRIBUTION_FIELDS = ['performance_factor', 'ts_utc', 'timestamp'] as const;

/** What is above is garbage, USD. */
const MAX_RESERVED_USD = 1e15;

type Values = readonly (string | null)[];

/** A value with the time of its key. Each is undefined if it is absent or not readable. */
export interface Timed {
  value: number | undefined;
  /** Unix seconds. */
  atSec: number | undefined;
}

const textOf = (text: string | null): string | undefined => text ?? undefined;

/** Parses the values of an HMGET of `TICKER_FIELDS`: USD, > 0. The mark price counts before the last price. */
export function parseTicker([mark = null, last = null, timestamp = null]: Values): Timed {
  const prices = [parseNumber(mark), parseNumber(last)];
  return { value: prices.find((price = 0) => price > 0), atSec: parseTime(textOf(timestamp)) };
}

/** Parses the values of an HMGET of `ATTRIBUTION_FIELDS`: P3.0's performance factor, -1..1. */
export function parseAttribution([performance = null, tsUtc = null, timestamp = null]: Values): Timed {
  const value = parseNumber(performance);
  return {
    value: value !== undefined && Math.abs(value) <= 1 ? value : undefined,
    atSec: parseTime(textOf(tsUtc)) ?? parseTime(textOf(timestamp)),
  };
}

/**
 * Parses the values of an HMGET of `TARGET_FIELDS` as reserved capital: USD, > 0. Where P2.9 states a base, the target
 * may be an enforced one, and a score must not rise because of that: only the base counts, also if it cannot be used.
 */
export function parseReserved([target = null, timestamp = null, base = null]: Values): Timed {
  const amount = parseNumber(base === null || base.trim() === '' ? target : base) ?? 0;
  return { value: amount > 0 && amount <= MAX_RESERVED_USD ? amount : undefined, atSec: parseTime(textOf(timestamp)) };
}

/** P3.3's position as a score reads it. `absent`: there is no key, as for a symbol that is flat. */
export type PositionReading = { state: 'absent' | 'unreadable' } | ({ state: 'read' } & Position);

/** Parses the values of an HMGET of `POSITION_FIELDS`. */
export const parsePositionReading = (values: Values): PositionReading =>
  values.every((value) => value === null) ? { state: 'absent' } : { state: 'read', ...parsePosition(values) };
