/** A number for a snapshot: null where it is absent, NaN or infinite. */
export const known = (value: number | undefined): number | null =>
  value !== undefined && Number.isFinite(value) ? value : null;
