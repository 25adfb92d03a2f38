/**
 * Whether a pattern is that of a whole symbol: `*` stands for any run of characters, `?` for one, all else for itself. Takes
 * at most as many steps as the product of both lengths, whatever the pattern.
 */
export function matches(pattern: string, symbol: string): boolean {
  const wanted = Array.from(pattern);
  const given = Array.from(symbol);
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

/** How specific a pattern is: its characters that stand for themselves. */
export const literalLength = (pattern: string): number => Array.from(pattern.replace(/[*?]/g, '')).length;
