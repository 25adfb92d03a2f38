import { describe, expect, it } from '@jest/globals';
import { baking, marketOf, NOW, P, run, shadow, entriesOf, periodsOf } from './cycles.test-support.js';

describe('periods in time', () => {
  const closed = (times: readonly number[]) =>
    run(times, (nowSec) => [marketOf(nowSec), shadow()]).map(({ entries }) => periodsOf(entries).map(({ startSec }) => startSec - NOW)); // prettier-ignore

  it('close with the first cycle of the next one', () => {
    expect(closed([NOW, NOW + 10, NOW + 299.9, NOW + 300, NOW + 310, NOW + 660, NOW + 670])).toEqual([
      [], [], [], [0], [], [300], [],
    ]); // prettier-ignore
  });

  it('leave no entry while they run', () => {
    const found = run([NOW, NOW + 10, NOW + 361, NOW + 370], (nowSec) => [marketOf(nowSec), shadow()]);
    expect(entriesOf(found)).toEqual([]);
  });

  it('are missing where no cycle came within a minute of a boundary', () => {
    expect(closed([NOW + 60, NOW + 360, NOW + 661, NOW + 900, NOW + 1200])).toEqual([[], [0], [], [], [900]]);
    expect(closed([NOW + 61, NOW + 300, NOW + 600])).toEqual([[], [], [300]]);
  });

  it('are counted where they are missing', () => {
    const found = run([NOW, NOW + P, NOW + 361, NOW + 5 * P, NOW + 6 * P], (nowSec) => [marketOf(nowSec), shadow()]);
    expect(found.map(({ figures: { periods: n, missing } }) => [n, missing])).toEqual([
      [0, 0], [1, 0], [1, 0], [1, 4], [2, 4],
    ]); // prettier-ignore
  });

  it.each([NaN, Infinity, NOW + 299, NOW - 9])('do not move on at %p', (nowSec) => {
    const [, before, after] = run([NOW, NOW + 299, nowSec], (now) => [marketOf(now), baking(NOW - 9)]);
    expect(after!.folds).toBe(before!.folds);
    expect([after!.closedPeriods, after!.entries]).toEqual([0, []]);
    expect(after!.input).toEqual(before!.input);
  });
});
