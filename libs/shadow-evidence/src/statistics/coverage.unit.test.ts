import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Coverage, silenceSecOf } from './coverage.js';
import { CycleInterval } from './cycle-interval.js';

const distances = fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 60 });

describe('coverage', () => {
  it('is the sum of the distances that are no silence, and silence is the rest', () => {
    fc.assert(
      fc.property(distances, fc.integer({ min: 1, max: 30 }), fc.nat(500), (steps, intervalSec, afterSec) => {
        const coverage = new Coverage(silenceSecOf(intervalSec));
        let tsSec = 1000;
        coverage.observe(tsSec);
        for (const step of steps) coverage.observe((tsSec += step));
        coverage.lookedAt(tsSec + afterSec);
        const covered = steps.filter((step) => step <= 3 * intervalSec).reduce((sum, step) => sum + step, 0);
        const silentSec = afterSec > 3 * intervalSec ? afterSec : 0;
        expect(coverage.coveredSec).toBe(covered);
        expect(coverage.window).toEqual({ fromSec: 1000, toSec: tsSec + silentSec });
        expect(coverage.longestSilence.seconds).toBe(Math.max(silentSec, ...steps));
        expect(coverage.n).toBe(1 + steps.filter((step) => step > 0).length);
      }),
    );
  });

  it('does not count a time twice where the clock steps back', () => {
    const coverage = new Coverage(30);
    for (const tsSec of [100, 110, 105, 110, 120]) coverage.observe(tsSec);
    expect(coverage.coveredSec).toBe(20);
  });

  it('is a share of its window, none of an empty one', () => {
    const coverage = new Coverage(30);
    coverage.observe(100);
    expect([coverage.share, coverage.longestSilence]).toEqual([undefined, { fromSec: 0, seconds: 0 }]);
    coverage.observe(130);
    expect([coverage.share, coverage.longestSilence]).toEqual([1, { fromSec: 100, seconds: 30 }]);
    coverage.observe(190);
    expect([coverage.share, coverage.longestSilence]).toEqual([30 / 90, { fromSec: 130, seconds: 60 }]);
    coverage.observe(250);
    expect(coverage.longestSilence).toEqual({ fromSec: 130, seconds: 60 });
    coverage.observe(-50);
    expect(coverage.window).toEqual({ fromSec: 100, toSec: 250 });
  });

  it('ends with the last look where that is a silence after the last observation, and not before', () => {
    const coverage = new Coverage(30);
    expect([coverage.observe(100), coverage.observe(110), coverage.observe(141), coverage.observe(141)]).toEqual([0, 10, 0, 0]); // prettier-ignore
    coverage.lookedAt(171);
    expect(coverage.window).toEqual({ fromSec: 100, toSec: 141 });
    coverage.lookedAt(172);
    coverage.lookedAt(150);
    expect(coverage.window).toEqual({ fromSec: 100, toSec: 172 });
    expect(coverage.longestSilence).toEqual({ fromSec: 110, seconds: 31 });
    coverage.lookedAt(173);
    expect(coverage.longestSilence).toEqual({ fromSec: 141, seconds: 32 });
  });

  it('has silences of more than three intervals, of which the shortest is a second; without one every distance is one', () => {
    expect([silenceSecOf(10), silenceSecOf(1), silenceSecOf(0.2), silenceSecOf(undefined)]).toEqual([30, 3, 3, 0]);
    expect([new Coverage(30).isSilence(30), new Coverage(30).isSilence(30.5)]).toEqual([false, true]);
  });

  it('of nothing is nothing', () => {
    const coverage = new Coverage(30);
    coverage.lookedAt(1000);
    expect(coverage).toMatchObject({ n: 0, coveredSec: 0, share: undefined, window: { fromSec: 0, toSec: 0 } });
    expect(coverage.longestSilence.seconds).toBe(0);
  });
});

describe('the interval of cycles', () => {
  it('is the median distance of two proposals of a symbol, also where shards take turns', () => {
    const interval = new CycleInterval();
    expect(interval.intervalSec).toBeUndefined();
    for (const cycleSec of [0, 10, 20, 7220, 7230]) {
      interval.observe('A', cycleSec);
      interval.observe('B', cycleSec + 1);
    }
    expect(interval.intervalSec).toBe(10);
    expect(interval.isKnown).toBe(false);
  });

  it('is known after some cycles, also of very many symbols', () => {
    const interval = new CycleInterval();
    const cycle = (i: number): void => {
      for (let symbol = 0; symbol < 2000; symbol += 1) interval.observe(String(symbol), 10 * i);
    };
    for (let i = 0; i < 10; i += 1) cycle(i);
    expect(interval.isKnown).toBe(false);
    cycle(10);
    expect(interval.isKnown).toBe(true);
  });

  it('is known after 10,000 distances of few symbols', () => {
    const interval = new CycleInterval();
    for (let i = 0; i < 10_000; i += 1) interval.observe('A', 10 * i);
    expect(interval.isKnown).toBe(false);
    interval.observe('A', 100_000);
    expect(interval.isKnown).toBe(true);
  });

  it('ignores a proposal that is not later, and goes on from the latest', () => {
    const interval = new CycleInterval();
    for (const tsSec of [100, 100, 90]) interval.observe('A', tsSec);
    expect(interval.intervalSec).toBeUndefined();
    interval.observe('A', 130);
    expect(interval.intervalSec).toBe(30);
  });

  it('is the lower of two middle distances', () => {
    const interval = new CycleInterval();
    for (const tsSec of [0, 20, 30, 130, 230]) interval.observe('A', tsSec);
    expect(interval.intervalSec).toBe(20);
  });
});
