const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const PLUS = 0x2b;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const SMALL_E = 0x65;
const LARGE_E = 0x45;
const SPACE = 0x20;
const TILDE = 0x7e;
/** Decimal numbers of up to this many digits are each a double of their own, and the shortest text of it. */
const EXACT_DIGITS = 15;
/** From here down `String` writes an exponent. */
const LEAST_PLAIN = 1e-6;
const POWERS_OF_10 = Array.from({ length: EXACT_DIGITS + 1 }, (_, digits) => 10 ** digits);

/** The JSON of a value as it is within a string of another JSON text: `{\"a\":1}`. */
export const escapedJson = (value: unknown): string => JSON.stringify(JSON.stringify(value)).slice(1, -1);

/**
 * Reads JSON that is a string of another JSON text, to the byte as `JSON.stringify` writes both. What is written in any
 * other way is refused, and a string that needs escapes or has a character beyond ASCII too. Behind a refusal nothing
 * can be read.
 */
export class EscapedJson {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** Whether the text goes on like this. A slice: `startsWith` takes 1.3 times as long. */
  takes(expected: string): boolean {
    const end = this.at + expected.length;
    if (this.text.slice(this.at, end) !== expected) return false;
    this.at = end;
    return true;
  }

  scalar(): string | number | boolean | null | undefined {
    const code = this.text.charCodeAt(this.at);
    if (code === BACKSLASH) return this.string();
    if (isDigit(code) || code === MINUS) return this.number();
    if (this.takes('false')) return false;
    if (this.takes('null')) return null;
    return this.takes('true') ? true : undefined;
  }

  string(): string | undefined {
    if (!this.#takesQuote()) return undefined;
    const value = this.plainText();
    return this.#takesQuote() ? value : undefined;
  }

  /** The characters up to the next that is not in every string as it is: a quote, an escape, one beyond ASCII. */
  plainText(): string {
    const { text, at: start } = this;
    let at = start;
    while (isPlain(text.charCodeAt(at))) at += 1;
    this.at = at;
    return text.slice(start, at);
  }

  #takesQuote(): boolean {
    const { text, at } = this;
    if (text.charCodeAt(at) !== BACKSLASH || text.charCodeAt(at + 1) !== QUOTE) return false;
    this.at = at + 2;
    return true;
  }

  /**
   * Digit by digit where there are few: to read and print it takes four times as long. An integer below 2^53 divided by
   * an exact power of ten is rounded once, as `Number` rounds.
   */
  number(): number | undefined {
    const { text } = this;
    const isNegative = text.charCodeAt(this.at) === MINUS;
    const first = isNegative ? this.at + 1 : this.at;
    let at = first;
    let digits = 0;
    let point = -1;
    let code = text.charCodeAt(at);
    for (; isDigit(code) || (code === POINT && point < 0); code = text.charCodeAt(++at)) {
      if (code === POINT) point = at;
      else digits = 10 * digits + (code - ZERO);
    }
    if (code === SMALL_E || code === LARGE_E) at = endOfExponent(text, at);
    else if (at - first <= EXACT_DIGITS && isShortest(text, first, point, at)) {
      const value = point < 0 ? digits : digits / (POWERS_OF_10[at - point - 1] ?? NaN);
      if (value >= LEAST_PLAIN || (digits === 0 && !isNegative)) {
        this.at = at;
        return isNegative ? -value : value;
      }
    }
    // Any other is as it should be where it is what is printed of it.
    const printed = text.slice(this.at, at);
    const value = Number(printed);
    if (String(value) !== printed) return undefined;
    this.at = at;
    return value;
  }
}

const isDigit = (code: number): boolean => code >= ZERO && code <= NINE;

/** Whether a character is in a string as it is. */
const isPlain = (code: number): boolean => code >= SPACE && code <= TILDE && code !== QUOTE && code !== BACKSLASH;

/** Whether digits have no zero too many, and digits on both sides of their point if there is one. */
function isShortest(text: string, first: number, point: number, end: number): boolean {
  if (point < 0) return end - first === 1 || (end > first && text.charCodeAt(first) !== ZERO);
  if (point === first || point === end - 1 || text.charCodeAt(end - 1) === ZERO) return false;
  return point === first + 1 || text.charCodeAt(first) !== ZERO;
}

function endOfExponent(text: string, at: number): number {
  const sign = text.charCodeAt(at + 1);
  let end = at + (sign === MINUS || sign === PLUS ? 2 : 1);
  while (isDigit(text.charCodeAt(end))) end += 1;
  return end;
}
