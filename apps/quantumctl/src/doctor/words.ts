import { parseNumber } from '@quantum/redis-schemas';

/** Longest value that is shown, characters. */
const MAX_SHOWN = 60;

/** A foreign text as it may be shown: in quotes, cut, with nothing that a terminal would obey. */
export function shown(text: string): string {
  const characters = Array.from(text);
  const cut = characters.length > MAX_SHOWN;
  const part = printable(characters.slice(0, MAX_SHOWN).join(''));
  const quote = part.includes('"') ? "'" : '"';
  return `${quote}${part}${quote}${cut ? `… (${characters.length} characters)` : ''}`;
}

/** A name without quotes, such as a key: control and format characters are replaced. */
export const printable = (text: string): string => text.replaceAll(/[\p{C}\u2028\u2029]/gu, '\u{FFFD}');

/** Words for texts that are meant as numbers and are none, the most telling first. */
const ODD_NUMBERS: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/^\s*$/, 'it is empty'],
  [/^np\.\w+\(/, 'numpy wrote its own notation; write str(float(x))'],
  [/^\s*[+-]?(nan|inf|infinity)\s*$/i, 'it is no finite number'],
  [/^\s*(none|null)\s*$/i, 'it is the word for no value; leave the field out'],
  [/^\s*\d{4}-\d\d-\d\d[T ]/, 'it is an ISO time; write unix seconds'],
  [/^\s*[+-]?\d+,\d+\s*$/, 'it has a decimal comma; write a point'],
  [/^\s*[+-]?\d{1,3}(,\d{3})+(\.\d+)?\s*$/, 'it has thousands separators'],
  [/^\s*["']/, 'it is in quotes'],
  [/%\s*$/, 'it is a percentage; write a share of 1'],
  [/^\s*0x/i, 'it is hexadecimal'],
];

/** Why a text is no number; undefined where it is one. */
export function whyNoNumber(text: string): string | undefined {
  if (parseNumber(text) !== undefined) return undefined;
  return ODD_NUMBERS.find(([pattern]) => pattern.test(text))?.[1] ?? 'it is not decimal text';
}

/** Units of time that writers take for seconds, by how many of them a second has. */
const UNITS: readonly (readonly [perSec: number, name: string])[] = [
  [1e3, 'milliseconds'],
  [1e6, 'microseconds'],
  [1e9, 'nanoseconds'],
];
const TEN_YEARS_SEC = 10 * 365 * 86_400;

/**
 * The unit of a time that is not in seconds: the one in which it is within ten years of now. Undefined for seconds, and
 * for no time at all.
 */
export function wrongUnit(value: number, nowSec: number): string | undefined {
  if (Math.abs(value - nowSec) < TEN_YEARS_SEC) return undefined;
  return UNITS.find(([perSec]) => Math.abs(value / perSec - nowSec) < TEN_YEARS_SEC)?.[1];
}

/** One way of writing a symbol for all: `BTC/USDT:USDT`, `btc-usdt` and `BTCUSDT` are alike. */
export const plainSymbol = (symbol: string): string =>
  (symbol.split(':')[0] ?? '').toUpperCase().replaceAll(/[-/_. ]/g, '').replace(/(PERP|SWAP)$/, ''); // prettier-ignore
