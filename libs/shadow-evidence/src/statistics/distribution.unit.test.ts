import { describe, expect, it } from '@jest/globals';
import { Distribution } from './distribution.js';
import { maxDrawdown } from './drawdown.js';
import { medianOf } from './median.js';
import { TargetPath } from './path.js';

const distributionOf = (binWidth: number, ...values: number[]): Distribution => {
  const distribution = new Distribution(binWidth);
  for (const value of values) distribution.add(value);
  return distribution;
};

describe('a distribution', () => {
  it('has bins of one width up to 100,000 of them, then twice as wide whenever the value has doubled', () => {
    const bins = (value: number) => distributionOf(1, value).bins();
    for (const [value, middle] of [
      [99_999, 99_999], [100_000, 100_000], [100_001, 100_002], [199_999, 200_000], [200_000, 200_000],
      [200_001, 200_000], [200_002, 200_004], [-100_001, -100_000], [-99_999, -99_999],
    ] as const) expect(bins(value)).toEqual([[middle, 1]]); // prettier-ignore
  });

  it('lists its bins in ascending order, each with how many it holds', () => {
    expect(distributionOf(0.5, 10, -3, 2.1, 1.9, 10.1).bins()).toEqual([[-3, 1], [2, 2], [10, 2]]); // prettier-ignore
  });

  it('has its least and its greatest value as its ends, not the middles of their bins', () => {
    const distribution = distributionOf(1, 0.6, 5, 9.4);
    expect([distribution.quantile(0), distribution.quantile(0.5), distribution.quantile(1)]).toEqual([1, 5, 9]);
    const narrow = distributionOf(1, 0.6, 0.7);
    expect(narrow.quantile(0.5)).toBe(0.7);
    expect(distributionOf(1, 1.2, 1.3).quantile(0.5)).toBe(1.2);
    expect(distribution).toMatchObject({ n: 3, sum: 15, min: 0.6, max: 9.4, mean: 5 });
  });
});

it('the median is the lower of two in the middle, in order of their values', () => {
  expect([medianOf([10, 9, 1]), medianOf([100, 2, 30, 4]), medianOf([7]), medianOf([])]).toEqual([9, 4, 7, undefined]);
});

it('a drawdown is from the peak, not from the start', () => {
  expect([maxDrawdown([]), maxDrawdown([3, -1, -1, 5, -2]), maxDrawdown([10, -4, 8, -7])]).toEqual([0, 2, 7]);
});

describe('the path of a target', () => {
  const TARGETS = [[50, 0], [80, 100], [80, 150], [60, 300], [90, 350], [70, 400]] as const; // prettier-ignore
  const taken = () => {
    const path = new TargetPath(100);
    return { path, changes: TARGETS.map(([usd, tsSec]) => path.observe(usd, tsSec)) };
  };

  it('answers every change, and adds up what it would cost to follow', () => {
    const { path, changes } = taken();
    expect(changes).toEqual([0, 30, 0, -20, 30, -20]);
    expect(path).toMatchObject({ observations: 6, turnoverUsd: 100, directionChanges: 3 });
    expect(path.largest).toEqual({ tsSec: 100, changeUsd: 30 });
  });

  it('is worth its target times the time until the next observation, silences aside', () => {
    const { path } = taken();
    expect(path.usdSeconds).toBe(50 * 100 + 80 * 50 + 60 * 50 + 90 * 50);
    expect(path.hours).toBe(250 / 3600);
  });

  it('has its largest change downwards too', () => {
    const down = new TargetPath(100);
    [50, 40, 45].forEach((usd, i) => down.observe(usd, i));
    expect(down.largest).toEqual({ tsSec: 1, changeUsd: -10 });
  });
});
