import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Timeline } from './timeline.js';

describe('a timeline', () => {
  it('keeps every observation in buckets of one width, however long the time is', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 100 }), fc.constantFrom('a', 'b')), { maxLength: 1500 }), (steps) => {
        const timeline = new Timeline();
        let nowSec = 1_700_000_000;
        for (const [stepSec, state] of steps) timeline.observe((nowSec += stepSec), state, 1, 2);
        const { buckets, widthSec } = timeline;
        expect(buckets.length).toBeLessThanOrEqual(480);
        expect(buckets.reduce((sum, { states }) => sum + (states['a'] ?? 0) + (states['b'] ?? 0), 0)).toBe(steps.length);
        expect(buckets.reduce((sum, { proposedUsd }) => sum + proposedUsd, 0)).toBe(2 * steps.length);
        buckets.forEach(({ fromSec }, i) => {
          expect(fromSec % widthSec).toBe(0);
          expect(fromSec).toBeGreaterThan(buckets[i - 1]?.fromSec ?? -1);
        });
      }),
      { numRuns: 30 },
    ); // prettier-ignore
  });
});
