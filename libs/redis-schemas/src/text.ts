/** How values are written as text in Redis and read back. */

// Each text matches in one way only, so that hostile text costs linear time. With `\d+\.?\d*`, 100,000 digits took 20 s
// to refuse.
const DECIMAL = /^[ \t\r\n\f\v]*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?[ \t\r\n\f\v]*$/;

/** Maximum length of text read as a number, characters. A double has at most 1,075 decimals; writers send 20. */
export const MAX_NUMBER_CHARS = 1024;

/**
 * Parses a number that another service keeps in Redis, as `parseLongNumber` does. Text of more than 1,024 characters is
 * not a number: a field with 100 MB of digits would stop the process for seconds.
 */
export function parseNumber(text: string | null | undefined): number | undefined {
  return text && text.length > MAX_NUMBER_CHARS ? undefined : parseLongNumber(text);
}

/**
 * Parses decimal text of any length (sign, digits, fraction, exponent, blanks around it). Undefined for anything else:
 * hex, separators, words such as `nan` or `inf`, empty or absent text, and numbers too large to be finite. Never
 * returns -0.
 */
export function parseLongNumber(text: string | null | undefined): number | undefined {
  if (text === null || text === undefined || !DECIMAL.test(text)) return undefined;
  const value = Number(text);
  if (!Number.isFinite(value)) return undefined;
  return value === 0 ? 0 : value;
}

// The same grammar in parts: sign, integer digits, fraction, digits of a number without integer digits, exponent.
const PARTS = /^\s*([+-]?)(?:0*(\d+)(?:\.(\d*))?|\.(\d+))([eE][+-]?\d+)?\s*$/;

/**
 * Decimal text as a JSON number with its own digits: without blanks, `+` and leading zeros, `.5` as `0.5`, `5.` as `5`.
 * Undefined if `parseLongNumber` is undefined. Unlike a double, it never exceeds the text.
 */
export function jsonNumber(text: string | null | undefined): string | undefined {
  if (text === null || text === undefined || parseLongNumber(text) === undefined) return undefined;
  const [, sign, whole = '0', fraction, bareFraction, exponent = ''] = PARTS.exec(text) ?? [];
  const digits = fraction ?? bareFraction ?? '';
  // parseLongNumber never returns -0 either. A negative number too small for a double must not lose only its sign.
  if (sign === '-' && parseLongNumber(text) === 0) return '0';
  return `${sign === '-' ? '-' : ''}${whole}${digits === '' ? '' : `.${digits}`}${exponent}`;
}

/** Parses JSON; undefined for any other text. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Parses boolean text as other teams write it: `True`, `true` and `1` are true in any case, all else is false. */
export function parseBoolean(text: string | null | undefined): boolean {
  const word = text?.trim().toLowerCase();
  return word === 'true' || word === '1';
}

const KILL_OFF: ReadonlySet<string> = new Set(['', '0', 'false', 'off']);

/** Characters of a text that may mean off, blanks around it included. */
const MAX_KILL_OFF_CHARS = 64;

/** Bytes of the kill switch's text that need be read: where it has more, these are too many characters to mean off. */
export const KILL_BYTES = 4 * (MAX_KILL_OFF_CHARS + 1);

/** Whether the kill switch's text means on: off are absent, empty, `0`, `false`, `off`; all else is on. */
export const isKillOn = (text: string | null): boolean =>
  text !== null && (text.length > MAX_KILL_OFF_CHARS || !KILL_OFF.has(text.trim().toLowerCase()));

/** A number at full precision, ECMAScript's `String(x)`; empty when unreadable. */
export const full = (value: number | undefined): string => (value === undefined ? '' : String(value));

/** A number with `digits` decimals, ECMAScript's `toFixed`; empty when unreadable. */
export const fixed = (value: number | undefined, digits: number): string =>
  value === undefined ? '' : value.toFixed(digits);

/** A boolean as `0` or `1`, the contract's flag. */
export const flag = (value: boolean): '0' | '1' => (value ? '1' : '0');

/** Turns a stream entry's flat `[field, value, ...]` list into an object. Of a repeated field, the last counts. */
export function fieldsOf(flat: readonly string[]): Record<string, string> {
  const fields: Record<string, string> = Object.create(null) as Record<string, string>;
  for (let i = 0; i + 1 < flat.length; i += 2) fields[flat[i] as string] = flat[i + 1] as string;
  return fields;
}

/** Unix milliseconds in a stream entry id. */
export const entryIdMs = (id: string): number => Number(id.slice(0, id.indexOf('-')));

/** Whether one stream entry id is later than another. An empty id comes before every entry, as `0-0` does. */
export function isLaterId(id: string, other: string): boolean {
  // Most ids have as many digits as each other: they compare as text.
  if (id.length === other.length && id.indexOf('-') === other.indexOf('-')) return id > other;
  const [ms, otherMs] = [entryIdMs(id), entryIdMs(other)];
  if (ms !== otherMs) return ms > otherMs;
  return Number(id.slice(id.indexOf('-') + 1)) > Number(other.slice(other.indexOf('-') + 1));
}
