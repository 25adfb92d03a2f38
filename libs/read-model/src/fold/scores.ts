import { SCORE_HISTORY_MIN } from '../snapshot/snapshot.js';
import type { ScorePoint } from '../snapshot/symbols.js';

/** Decimals that a chart can show. */
const SCALE = 1e4;

/**
 * The history, newest first, with a score of this minute: the last one of a minute counts, and a score that is the one
 * before it adds no point. At most an hour of points is kept, and the one before it, whose score still held when the
 * hour began.
 */
export function withScore(points: readonly ScorePoint[], epochMin: number, value: number | null): readonly ScorePoint[] {
  const score = value === null ? null : Math.round(value * SCALE) / SCALE;
  const [newest] = points;
  if (newest !== undefined && (epochMin < newest[0] || score === newest[1])) return points;
  const earlier = newest?.[0] === epochMin ? points.slice(1) : points;
  const added: readonly ScorePoint[] =
    earlier[0] !== undefined && earlier[0][1] === score ? earlier : [[epochMin, score], ...earlier];
  const firstOld = added.findIndex(([minute]) => minute <= epochMin - SCORE_HISTORY_MIN);
  return firstOld === -1 ? added : added.slice(0, firstOld + 1);
} // prettier-ignore
