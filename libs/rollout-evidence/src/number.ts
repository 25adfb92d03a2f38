/** Whether a number can be computed with. */
export const isKnown = (value: number | undefined): value is number => Number.isFinite(value);

export const isPositive = (value: number | undefined): value is number => isKnown(value) && value > 0;

/** The number, or undefined where it is none. Never -0, which JSON does not keep. */
export const finiteOf = (value: number | undefined): number | undefined => (isKnown(value) ? value + 0 : undefined);

/** The sum, or the first number where the sum is none: what overflows is not counted. */
export const added = (sum: number, more: number): number => finiteOf(sum + more) ?? sum;
