/** A mutant that no test can detect, because it behaves like the original. */
export interface Equivalent {
  file: string;
  /** The line at which the mutated part begins, without the blanks around it. It survives other changes of the file. */
  line: string;
  /** The mutated part of that line. */
  part: string;
  /** Stryker's replacement of the part. */
  replacement: string;
  reason: string;
}

/** Equivalent mutants of one line with a common reason; each change is a part and its replacement. */
export const ofLine = (
  file: string,
  line: string,
  reason: string,
  changes: readonly [part: string, replacement: string][],
): Equivalent[] => changes.map(([part, replacement]) => ({ file, line, part, replacement, reason }));

/** Common reasons. */
export const FOR_THE_TYPES =
  'the check is for the type checker: undefined becomes NaN, and no comparison with NaN holds';
export const NO_RETURN = 'a function that ends without a return gives undefined';
