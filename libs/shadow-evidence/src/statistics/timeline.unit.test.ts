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

  it('adds up what happens in a second, by state', () => {
    const timeline = new Timeline();
    timeline.observe(10, 'ok', 1, 2);
    timeline.observe(10, 'low', 10, 20);
    timeline.observe(10, 'ok', 100, 200);
    timeline.observe(11, 'ok', 5, 6);
    expect(timeline.buckets).toEqual([
      { fromSec: 10, states: { ok: 2, low: 1 }, baseUsd: 111, proposedUsd: 222 },
      { fromSec: 11, states: { ok: 1 }, baseUsd: 5, proposedUsd: 6 },
    ]);
    expect(timeline.widthSec).toBe(1);
  });

  it('has 480 buckets before it makes them twice as wide', () => {
    const timeline = new Timeline();
    for (let i = 0; i < 480; i += 1) timeline.observe(1000 + i, 'ok', 1, 2);
    expect([timeline.widthSec, timeline.buckets.length]).toEqual([1, 480]);
    timeline.observe(1480, 'ok', 1, 2);
    expect([timeline.widthSec, timeline.buckets.length]).toEqual([2, 241]);
    expect(timeline.buckets[0]).toEqual({ fromSec: 1000, states: { ok: 2 }, baseUsd: 2, proposedUsd: 4 });
    timeline.observe(1481, 'low', 1, 2);
    expect(timeline.buckets.at(-1)).toEqual({ fromSec: 1480, states: { ok: 1, low: 1 }, baseUsd: 2, proposedUsd: 4 });
    timeline.observe(1483, 'low', 1, 2);
    expect(timeline.buckets.at(-1)?.fromSec).toBe(1482);
  });

  it('has a bucket without data at both ends of a silence, one where they are the same, none in a shorter time', () => {
    const of = (...times: number[]) => {
      const timeline = new Timeline();
      for (const tsSec of times) timeline.observe(tsSec, 'ok', 1, 2);
      return timeline.bucketsAndSilences(30).map(({ fromSec, states }) => [fromSec, Object.keys(states).join()]);
    };
    expect(of(100, 130)).toEqual([[100, 'ok'], [130, 'ok']]); // prettier-ignore
    expect(of(100, 131)).toEqual([[100, 'ok'], [101, 'no_data'], [130, 'no_data'], [131, 'ok']]); // prettier-ignore
    const short = new Timeline();
    for (const tsSec of [100, 102]) short.observe(tsSec, 'ok', 1, 2);
    expect(short.bucketsAndSilences(0)).toEqual([
      { fromSec: 100, states: { ok: 1 }, baseUsd: 1, proposedUsd: 2 },
      { fromSec: 101, states: { no_data: 1 }, baseUsd: 0, proposedUsd: 0 },
      { fromSec: 102, states: { ok: 1 }, baseUsd: 1, proposedUsd: 2 },
    ]);
  });

  it('has no silence between neighbouring buckets, however wide they are', () => {
    const timeline = new Timeline();
    for (let i = 0; i < 2000; i += 1) timeline.observe(1000 + i, 'ok', 1, 2);
    expect(timeline.widthSec).toBeGreaterThan(4);
    expect(timeline.bucketsAndSilences(3)).toEqual(timeline.buckets);
    expect(new Timeline().bucketsAndSilences(3)).toEqual([]);
  });
});
