import { describe, expect, it } from '@jest/globals';
import { score } from '@quantum/generators';
import fc from 'fast-check';
import { SCORE_HISTORY_MIN } from '../snapshot/snapshot.js';
import type { ScorePoint } from '../snapshot/symbols.js';
import { withScore } from './scores.js';

const history = (scores: readonly (readonly [number, number | null])[]): readonly ScorePoint[] =>
  scores.reduce<readonly ScorePoint[]>((points, [minute, value]) => withScore(points, minute, value), []);

describe('a history of scores', () => {
  it('has the last score of a minute, newest first, and only what changed', () => {
    const scores = [[1, 0.2], [1, 0.3], [2, 0.30001], [3, null], [4, null], [5, 0.3]] as const; // prettier-ignore
    expect(history(scores)).toEqual([[5, 0.3], [3, null], [1, 0.3]]); // prettier-ignore
  });

  it('has no point of a minute that ends as it began', () => {
    expect(history([[1, 0.2], [2, 0.5], [2, 0.2]])).toEqual([[1, 0.2]]); // prettier-ignore
  });

  it('is the same object where nothing changed', () => {
    const points = history([[1, 0.2]]);
    expect(withScore(points, 9, 0.2)).toBe(points);
    expect(withScore(points, 0, 0.9)).toBe(points);
  });

  it('keeps an hour, and the score that held when it began, however long it goes on', () => {
    const minutes = fc.array(fc.tuple(fc.nat(3), fc.oneof(score, fc.constant(null))), { maxLength: 300 });
    fc.assert(
      fc.property(minutes, (steps) => {
        let minute = 0;
        const scores = steps.map(([step, value]) => [(minute += step), value] as const);
        const points = history(scores);
        expect(points.length).toBeLessThanOrEqual(SCORE_HISTORY_MIN + 1);
        const [newest] = points;
        const ages = points.map(([at]) => (newest?.[0] ?? 0) - at);
        expect(ages).toEqual([...new Set(ages)].sort((a, b) => a - b));
        expect(ages.filter((age) => age >= SCORE_HISTORY_MIN).length).toBeLessThanOrEqual(1);
        const last = scores.at(-1)?.[1];
        expect(newest?.[1] ?? null).toBe(last == null ? null : Math.round(last * 1e4) / 1e4);
      }),
    );
  });
});
