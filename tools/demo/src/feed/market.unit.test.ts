import { describe, expect, it } from '@jest/globals';
import { advanceMarket, median, newMarket, volatilityOf, WINDOW_MINUTES, type Market } from './market.js';

const play = (prices: readonly number[]): Market =>
  prices.slice(1).reduce((market, price) => advanceMarket(market, price, false), newMarket(prices[0] ?? 1));

describe('a market', () => {
  it('measures volatility over its window', () => {
    expect(volatilityOf(play([100, 110, 100]))).toBeCloseTo(Math.log(1.1), 12);
    const calm = Array.from({ length: WINDOW_MINUTES + 1 }, () => 50);
    expect(volatilityOf(play([1, ...calm]))).toBe(0);
  });

  it('has no volatility if all minutes are alike', () => {
    expect(volatilityOf(play([1, 2, 4, 8]))).toBeCloseTo(0, 12);
    expect(volatilityOf(newMarket(1))).toBe(0);
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
