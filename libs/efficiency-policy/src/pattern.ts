/** A pattern of whole symbols: `*` matches any run of characters, `?` one, every other character itself. */
export interface Pattern {
  /** Specificity: the number of literal characters. */
  readonly literals: number;
  /** Whether the pattern matches a symbol, given by its characters (code points). */
  readonly matches: (symbol: readonly string[]) => boolean;
}

/** The code points of a symbol, the units that patterns match. */
export const charactersOf = (text: string): readonly string[] => Array.from(text);

/** Compiles a pattern once for all symbols. */
export function patternOf(text: string): Pattern {
  const wanted = charactersOf(text);
  const literals = wanted.filter((character) => character !== '*' && character !== '?').length;
  return { literals, matches: (symbol) => matches(wanted, symbol) };
}

/** Takes at most as many steps as the product of both lengths, for any pattern. */
function matches(wanted: readonly string[], given: readonly string[]): boolean {
  let at = 0;
  let i = 0;
  /** After the last `*`: where to resume in the pattern, and how much of the symbol its run covers. */
  let star: { at: number; i: number } | undefined;
  while (i < given.length) {
    if (wanted[at] === '*') {
      star = { at: ++at, i };
    } else if (at < wanted.length && (wanted[at] === '?' || wanted[at] === given[i])) {
      at += 1;
      i += 1;
    } else if (star) {
      star.i += 1;
      ({ at, i } = star);
    } else {
      return false;
    }
  }
  while (wanted[at] === '*') at += 1;
  return at === wanted.length;
}
