/** Whether a number can be computed with. */
export const isKnown = (value: number | undefined): value is number => Number.isFinite(value);

/**
 * What a symbol claims of a book, USD. A base of 0 claims nothing: undefined, as where none was ever known. One that is
 * missing now is the last that was known.
 */
export const claimOf = (baseUsd: number | undefined, lastUsd: number | undefined): number | undefined =>
  isKnown(baseUsd) ? positiveOf(baseUsd) : lastUsd;

export const isPositive = (value: number | undefined): value is number => isKnown(value) && value > 0;

const positiveOf = (value: number): number | undefined => (value > 0 ? value : undefined);

/** The number, or undefined where it is none. Never -0, which JSON does not keep. */
export const finiteOf = (value: number | undefined): number | undefined => (isKnown(value) ? value + 0 : undefined);

/** The sum, or the first number where the sum is none: what overflows is not counted. */
export const added = (sum: number, more: number): number => finiteOf(sum + more) ?? sum;
