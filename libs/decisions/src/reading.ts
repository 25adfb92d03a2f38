import { parseNumber, type EfficiencyReading } from '@quantum/redis-schemas';

/**
 * The efficiency reading that an assessment was made of, as far as its record tells. Whether the key could be read, and
 * was there, is known by the reason alone. A number that was not readable by itself (out of its range, too far ahead)
 * is kept by no record: it counts as unreadable, which under the recorded policy gives the same assessment.
 */
export function readingOf(
  reason: string,
  score: number | undefined,
  confidence: number | undefined,
  tsText: string,
): EfficiencyReading {
  if (reason === 'redis_error') return { state: 'unreadable' };
  if (reason === 'missing_eff') return { state: 'missing' };
  return { state: 'read', score, confidence, tsSec: parseNumber(tsText), tsText };
}
