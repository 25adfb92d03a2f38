/** Counts by code. */
export type Counts = Readonly<Record<string, number>>;

/** Other teams write the codes: counts of any text would grow without end. */
const CODE = /^[A-Za-z][A-Za-z0-9_]{0,39}$/;
const MAX_CODES = 64;
const OTHER = 'other';

/** The counts with one more of each of these codes; what is no code counts as `other`. */
export function countedAll(counts: Counts, codes: Iterable<string>): Counts {
  const sums = new Map(Object.entries(counts));
  for (const code of codes) {
    const name = sums.has(code) || (CODE.test(code) && sums.size < MAX_CODES) ? code : OTHER;
    sums.set(name, (sums.get(name) ?? 0) + 1);
  }
  return Object.fromEntries(sums);
}
