import { parseNumber } from './text.js';

/** The fields of the shadow hash that smoothing continues from, in the order of the HMGET. */
export const SMOOTHING_FIELDS = ['smoothed_multiplier', 'ts_epoch'] as const;

/** The smoothing state that an earlier cycle left. */
export interface SmoothingReading {
  /** >= 0. */
  multiplier: number;
  /** That cycle's time, whole unix seconds. */
  tsSec: number;
}

/** Parses the values of an HMGET of `SMOOTHING_FIELDS`; undefined if there is no state, or none that we wrote. */
export function parseSmoothing(values: readonly (string | null)[]): SmoothingReading | undefined {
  const [multiplier = -1, tsSec] = values.map(parseNumber);
  return multiplier >= 0 && isWholeSeconds(tsSec) ? { multiplier, tsSec } : undefined;
}

const isWholeSeconds = (value: number | undefined): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0;
