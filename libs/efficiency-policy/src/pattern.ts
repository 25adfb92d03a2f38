/** A pattern of whole symbols: `*` stands for any run of characters, `?` for one, all else for itself. */
export interface Pattern {
  /** How specific it is: its characters that stand for themselves. */
  readonly literals: number;
  /** Whether it is that of a symbol, which is given by its characters (code points). */
  readonly matches: (symbol: readonly string[]) => boolean;
}

/** The characters of a symbol, as patterns see them. */
export const charactersOf = (text: string): readonly string[] => Array.from(text);

/** Takes a pattern apart, once for all symbols. */
export function patternOf(text: string): Pattern {
  const wanted = charactersOf(text);
  const literals = wanted.filter((character) => character !== '*' && character !== '?').length;
  return { literals, matches: (symbol) => matches(wanted, symbol) };
}

/** Takes at most as many steps as the product of both lengths, whatever the pattern. */
function matches(wanted: readonly string[], given: readonly string[]): boolean {
  let at = 0;
  let i = 0;
  /** After the last `*`: where to go on in the pattern, and with how much of the symbol in its run. */
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
