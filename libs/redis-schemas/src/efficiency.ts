import { parseNumber } from './text.js';

/** The fields that a decision needs of `quantum:capital:efficiency:{symbol}`, in the order of the HMGET. */
export const EFFICIENCY_FIELDS = ['efficiency_score', 'confidence', 'ts'] as const;

/**
 * What one read of an efficiency key gave, before anyone judges it. A number is undefined where its text is absent or
 * is no number.
 */
export type EfficiencyReading =
  /** The key could not be read: wrong type, no permission, its slot is down. */
  | { state: 'unreadable' }
  /** None of the three fields is present. */
  | { state: 'missing' }
  | {
      state: 'read';
      score: number | undefined;
      confidence: number | undefined;
      /** When the score was computed, unix seconds. */
      tsSec: number | undefined;
      /** `ts` as it was written. */
      tsText: string;
      /** The fields as they were read, in the order of `EFFICIENCY_FIELDS`, to be shown where they are invalid. */
      values?: readonly (string | null)[];
    };

/** A reading from the values of an HMGET of `EFFICIENCY_FIELDS`. */
export function parseEfficiency(values: readonly (string | null)[]): EfficiencyReading {
  const [score = null, confidence = null, ts = null] = values;
  if (score === null && confidence === null && ts === null) return { state: 'missing' };
  return {
    state: 'read',
    score: parseNumber(score),
    confidence: parseNumber(confidence),
    tsSec: parseNumber(ts),
    tsText: ts ?? '',
    values,
  };
}
