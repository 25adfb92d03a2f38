import { describe, expect, it } from '@jest/globals';
import { uniform } from '@quantum/generators';
import fc from 'fast-check';
import { mulberry32, meanInterval } from './bootstrap.js';
import { Distribution } from './distribution.js';
import { maxDrawdown } from './drawdown.js';
import { TargetPath } from './path.js';
import { LongestOutside, StretchMeter } from './stretches.js';

const values = fc.array(uniform(-500, 500), { minLength: 1, maxLength: 60 });

describe('a distribution', () => {
  it('has the nearest-rank quantiles of its sample, to half a bin', () => {
    fc.assert(
      fc.property(values, uniform(0, 1), (sample, q) => {
        const distribution = new Distribution(0.01);
        for (const value of sample) distribution.add(value);
        const sorted = sample.toSorted((a, b) => a - b);
        const exact = sorted[Math.max(1, Math.ceil(q * sample.length)) - 1]!;
        expect(Math.abs(distribution.quantile(q)! - exact)).toBeLessThanOrEqual(0.005 + 1e-9);
        expect(distribution).toMatchObject({ n: sample.length, min: sorted[0], max: sorted.at(-1) });
        expect(distribution.bins().reduce((sum, [, count]) => sum + count, 0)).toBe(sample.length);
      }),
    );
  });

  it('has quantiles far out to 0.001 % of the value: no value counts as a smaller one', () => {
    const far = fc.array(fc.tuple(uniform(-1, 1), fc.integer({ min: 0, max: 12 })), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(far, uniform(0, 1), (parts, q) => {
        const sample = parts.map(([mantissa, exponent]) => mantissa * 10 ** exponent);
        const distribution = new Distribution(0.1);
        for (const value of sample) distribution.add(value);
        const exact = sample.toSorted((a, b) => a - b)[Math.max(1, Math.ceil(q * sample.length)) - 1]!;
        expect(Math.abs(distribution.quantile(q)! - exact)).toBeLessThanOrEqual(0.05 + 1e-5 * Math.abs(exact) + 1e-9);
      }),
    );
  });

  it('keeps few bins of values that are far out, and says nothing of nothing', () => {
    const distribution = new Distribution(1);
    expect([distribution.quantile(0.5), distribution.mean]).toEqual([undefined, undefined]);
    for (let i = 0; i < 10; i += 1) distribution.add(1e9 + i);
    expect(distribution.bins()).toHaveLength(1);
    expect(distribution.quantile(0.5)).toBeGreaterThanOrEqual(1e9);
  });
});

describe('stretches', () => {
  it('go from the first observation of a state to the first of another', () => {
    const meter = new StretchMeter(100);
    for (const [symbol, state, at] of [
      ['A', 'ok', 0], ['B', 'stale', 0], ['A', 'stale', 10], ['A', 'stale', 20], ['A', 'ok', 30], ['B', 'stale', 30], ['A', 'stale', 40],
    ] as const) meter.observe(symbol, state, at); // prettier-ignore
    expect(meter.byState().get('stale')).toEqual({ count: 3, longestSec: 30, totalSec: 50 });
    expect(meter.byState().get('ok')).toEqual({ count: 2, longestSec: 10, totalSec: 20 });
  });

  it('of one symbol fill its time without a rest', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1 }), (states) => {
        const meter = new StretchMeter(100);
        states.forEach((state, i) => {
          meter.observe('S', state, 10 * i);
        });
        const total = [...meter.byState().values()].reduce((sum, { totalSec }) => sum + totalSec, 0);
        expect(total).toBe(10 * (states.length - 1));
      }),
    );
  });
});

describe('the longest stretch outside a state', () => {
  const longestOf = (...observations: (readonly [string, string, number])[]) => {
    const meter = new LongestOutside('ok');
    for (const [symbol, state, at] of observations) meter.observe(symbol, state, at);
    return meter.longest;
  };

  it('is 75 minutes where three reasons follow each other for 25 minutes each', () => {
    expect(longestOf(['A', 'ok', 0], ['A', 'stale', 60], ['A', 'low', 1560], ['A', 'none', 3060], ['A', 'ok', 4560])).toEqual({
      symbol: 'A', fromSec: 60, seconds: 4500, states: ['stale', 'low', 'none'],
    }); // prettier-ignore
  });

  it('lasts to the last observation, through a silence, and is nothing where all is well', () => {
    expect(longestOf(['A', 'stale', 10], ['B', 'ok', 10], ['A', 'stale', 5000])?.seconds).toBe(4990);
    expect(longestOf(['A', 'ok', 0], ['A', 'ok', 5000])).toBeUndefined();
  });

  it('is the longest run of other states of any symbol', () => {
    const steps = fc.array(
      fc.tuple(fc.constantFrom('A', 'B'), fc.constantFrom('ok', 'x', 'y'), fc.integer({ min: 1, max: 90 })),
    );
    fc.assert(
      fc.property(steps, (taken) => {
        let tsSec = 0;
        const observations = taken.map(([symbol, state, step]) => [symbol, state, (tsSec += step)] as const);
        const lengths = ['A', 'B'].flatMap((symbol) => {
          const own = observations.filter(([one]) => one === symbol);
          return own.flatMap(([, state, fromSec], i) => {
            if (state === 'ok') return [];
            const ends = own.slice(i).find(([, later]) => later === 'ok') ?? own.at(-1);
            return [(ends?.[2] ?? 0) - fromSec];
          });
        });
        expect(longestOf(...observations)?.seconds ?? 0).toBe(Math.max(0, ...lengths));
      }),
    );
  });
});

describe('the path of a target', () => {
  it('counts changes of direction, whatever does not move in between', () => {
    const path = new TargetPath(3600);
    [1, 2, 2, 3, 1, 1, 0, 5].forEach((target, i) => path.observe(target, 3600 * i));
    expect(path).toMatchObject({
      directionChanges: 2,
      turnoverUsd: 10,
      largest: { changeUsd: 5, tsSec: 7 * 3600 },
      hours: 7,
    });
  });

  it('has no change of direction when it is sorted, and a turnover that is its way', () => {
    fc.assert(
      fc.property(values, (sample) => {
        const [path, sorted] = [new TargetPath(60), new TargetPath(60)];
        const ascending = sample.toSorted((a, b) => a - b);
        sample.forEach((value, i) => path.observe(value, i));
        ascending.forEach((value, i) => sorted.observe(value, i));
        expect(sorted.directionChanges).toBe(0);
        expect(sorted.turnoverUsd).toBeCloseTo(ascending.at(-1)! - ascending[0]!, 6);
        expect(path.turnoverUsd).toBeGreaterThanOrEqual(Math.abs(sample.at(-1)! - sample[0]!) - 1e-6);
      }),
    );
  });
});

describe('the block bootstrap', () => {
  it('has the mean in its interval or beside it, and within the range of the series; the same seed gives the same', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 20 }), (series, blockLength) => {
        const options = { blockLength, seed: 7, resamples: 200 };
        const interval = meanInterval(series, options)!;
        expect(interval.mean).toBeCloseTo(series.reduce((a, b) => a + b, 0) / series.length, 6);
        expect(interval.low).toBeLessThanOrEqual(interval.high);
        expect(interval.low).toBeGreaterThanOrEqual(Math.min(...series) - 1e-6);
        expect(interval.high).toBeLessThanOrEqual(Math.max(...series) + 1e-6);
        expect(interval.blocks).toBe(Math.floor(series.length / Math.min(blockLength, series.length)));
        expect(meanInterval(series, options)).toEqual(interval);
      }),
    );
  });

  it('moves and stretches with the series', () => {
    const random = mulberry32(3);
    const series = Array.from({ length: 100 }, () => random());
    const [plain, moved] = [series, series.map((x) => 5 + 2 * x)].map((one) => meanInterval(one, { seed: 1 })!);
    expect(moved!.low).toBeCloseTo(5 + 2 * plain!.low, 9);
    expect(moved!.high).toBeCloseTo(5 + 2 * plain!.high, 9);
  });

  it('holds the true mean of independent noise about as often as it says', () => {
    const random = mulberry32(11);
    const held = Array.from({ length: 300 }, (_, i) => {
      const series = Array.from({ length: 120 }, () => random() - 0.5);
      const { low, high } = meanInterval(series, { seed: i + 1, resamples: 400 })!;
      return low <= 0 && high >= 0;
    }).filter(Boolean).length;
    expect(held / 300).toBeGreaterThan(0.88);
    expect(held / 300).toBeLessThan(0.99);
  });

  it('is wider in blocks where neighbours are alike', () => {
    const random = mulberry32(5);
    const series = Array.from({ length: 40 }, () => random() - 0.5).flatMap((x) => Array.from({ length: 10 }, () => x));
    const width = (blockLength: number) => {
      const { low, high } = meanInterval(series, { seed: 1, blockLength })!;
      return high - low;
    };
    expect(width(20)).toBeGreaterThan(2 * width(1));
  });

  it('says nothing of nothing', () => {
    expect(meanInterval([], { seed: 1 })).toBeUndefined();
  });
});

describe('the maximum drawdown', () => {
  it('is the greatest fall from a peak, the start included', () => {
    expect(maxDrawdown([5, -3, 4, -6, 2])).toBe(6);
    expect(maxDrawdown([-2, -1])).toBe(3);
    expect(maxDrawdown([1, 2])).toBe(0);
  });

  it('is the greatest of all falls', () => {
    fc.assert(
      fc.property(values, (gains) => {
        const levels = gains.reduce((all, gain) => [...all, all.at(-1)! + gain], [0]);
        const falls = levels.flatMap((peak, i) => levels.slice(i).map((later) => peak - later));
        expect(maxDrawdown(gains)).toBeCloseTo(Math.max(...falls), 6);
      }),
    );
  });
});
