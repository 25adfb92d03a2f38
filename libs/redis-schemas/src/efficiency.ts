import { parseNumber } from './text.js';

/** The fields of `quantum:capital:efficiency:{symbol}` that a decision needs, in the order of the HMGET. */
export const EFFICIENCY_FIELDS = ['efficiency_score', 'confidence', 'ts'] as const;

/** One read of an efficiency key, before assessment. A number is undefined if its text is absent or not a number. */
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
      /** `ts` as written. */
      tsText: string;
      /** The fields as read, in the order of `EFFICIENCY_FIELDS`, for display if they are invalid. */
      values?: readonly (string | null)[];
    };

/** Parses the values of an HMGET of `EFFICIENCY_FIELDS`. */
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
