import { describe, expect, it } from '@jest/globals';
import { advanceMarket, measure, median, newMarket, WINDOW_MINUTES } from './market.js';

const play = (prices: readonly number[]) =>
  prices.slice(1).reduce((market, price) => advanceMarket(market, price, false), newMarket(prices[0] ?? 1));

describe('a market', () => {
  it('measures return, drawdown and idleness over its window', () => {
    const { totalReturn, drawdown, idle } = measure(play([100, 110, 110, 99, 120]).returns);
    expect(totalReturn).toBeCloseTo(Math.log(1.2), 12);
    expect(drawdown).toBeCloseTo(Math.log(110 / 99), 12);
    expect(idle).toBe(0.25);
  });

  it('has no volatility if all minutes are alike', () => {
    expect(measure(play([1, 2, 4, 8]).returns).volatility).toBeCloseTo(0, 12);
    expect(measure([])).toEqual({ totalReturn: 0, volatility: 0, drawdown: 0, idle: 0 });
  });

  it('forgets what is older than its window', () => {
    const calm = Array.from({ length: WINDOW_MINUTES + 1 }, () => 50);
    expect(measure(play([1, ...calm]).returns).totalReturn).toBe(0);
  });

  it('counts the minutes without a change', () => {
    expect(play([5, 5, 5]).minutesUnchanged).toBe(2);
    expect(play([5, 5, 6]).minutesUnchanged).toBe(0);
  });

  it('takes the step from the end of a file to its start for no return', () => {
    const market = play([100, 101]);
    expect(advanceMarket(market, 7, true)).toEqual({ ...market, priceUsd: 7 });
  });
});

describe('the median', () => {
  it('is the middle value, or the mean of the two in the middle', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([])).toBe(0);
  });
});
