/** A mutant that no test can detect, as it behaves like the original. */
export interface Equivalent {
  /** Path from the root. */
  file: string;
  /** The line at which the mutated part begins, without the blanks around it: it survives other changes of the file. */
  line: string;
  /** What Stryker puts in place of the part. */
  replacement: string;
  /** Why nothing can tell it from the original. */
  reason: string;
}

export const EQUIVALENTS: readonly Equivalent[] = [];
