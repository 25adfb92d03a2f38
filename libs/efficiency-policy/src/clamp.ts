/** The nearest to `value` that is not outside the bounds. */
export const clamp = (value: number, min: number, max: number): number => Math.min(Math.max(value, min), max);
