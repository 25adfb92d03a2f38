import { parseNumber } from '../text.js';

const ISO = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:[.,](\d{1,9}))?\s*(Z|[+-]\d\d(?::?\d\d)?)?$/i;

/** Epoch numbers from here on are no longer seconds, milliseconds, microseconds. In seconds it is the year 5138. */
const TOO_LARGE = 1e11;
/** In seconds the year 2001. What is smaller counts something else. */
const TOO_SMALL = 1e9;

/**
 * A time that a publisher states: ISO 8601 with or without a zone (without one it is UTC), or the epoch in seconds,
 * milliseconds, microseconds or nanoseconds, distinguished by their size. Unix seconds; undefined for anything else,
 * and for times before 2001.
 */
export function parseTime(text: string | undefined): number | undefined {
  if (text === undefined || text.length > 64) return undefined;
  const trimmed = text.trim();
  const sec = parseNumber(trimmed) === undefined ? isoSec(trimmed) : epochSec(parseNumber(trimmed) as number);
  return sec !== undefined && sec >= TOO_SMALL && sec < TOO_LARGE ? sec : undefined;
}

function epochSec(value: number): number {
  let sec = value;
  for (let unit = 0; unit < 3 && sec >= TOO_LARGE; unit += 1) sec /= 1000;
  return sec;
}

function isoSec(text: string): number | undefined {
  const [, date, time, fraction = '0', zone = 'Z'] = ISO.exec(text) ?? [];
  if (date === undefined || time === undefined) return undefined;
  const offset = zone.length === 3 ? `${zone}:00` : zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone;
  const ms = Date.parse(`${date}T${time}${offset.toUpperCase()}`);
  return Number.isNaN(ms) ? undefined : ms / 1000 + Number(`0.${fraction}`);
}
