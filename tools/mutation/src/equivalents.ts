/** A mutant that no test can detect, as it behaves like the original. */
export interface Equivalent {
  /** Path from the root. */
  file: string;
  /** The line at which the mutated part begins, without the blanks around it: it survives other changes of the file. */
  line: string;
  /** The mutated part of that line. */
  part: string;
  /** What Stryker puts in place of the part. */
  replacement: string;
  /** Why nothing can tell it from the original. */
  reason: string;
}

export const EQUIVALENTS: readonly Equivalent[] = [
  {
    file: 'libs/efficiency-policy/src/assess.ts',
    line: 'value !== undefined && value >= 0 && value <= 1 ? value : undefined;',
    part: 'value !== undefined',
    replacement: 'true',
    reason: 'undefined >= 0 is false already; the comparison is for the type checker',
  },
  {
    file: 'libs/efficiency-policy/src/smooth.ts',
    line: 'if (halflives >= ALL_OF_THE_WAY) return 1;',
    part: 'halflives >= ALL_OF_THE_WAY',
    replacement: 'halflives > ALL_OF_THE_WAY',
    reason: 'at exactly 64 the series gives 1 - 2^-64, which is 1 as a double',
  },
];
