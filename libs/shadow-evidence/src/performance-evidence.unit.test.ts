import { describe, expect, it } from '@jest/globals';
import type { Figure } from './figure.js';
import { performanceFigures } from './performance-evidence.js';
import { Performance } from './statistics/performance.js';
import { judge, ThresholdsSchema } from './verdict.js';

const DAYS = 2;
const MINUTES = DAYS * 1440;
const BASE_USD = 1000;

/** Prices of a minute each, the last of them made by `change` from the one before. */
function pricesBy(change: (minute: number) => number): number[] {
  const prices = [100];
  for (let minute = 1; minute <= MINUTES; minute += 1) prices.push((prices[minute - 1] ?? 0) * (1 + change(minute)));
  return prices;
}

/** Figures of a book whose proposals are `multiplier` times the bases, renewed every minute. */
function figuresOf(prices: readonly (number | undefined)[], multiplier: number): Figure[] {
  const rows = prices.map((price, i) => ({ tsSec: 60 * i, prices: [price] }));
  const performance = new Performance({ symbols: ['A'], rows }, { costBps: 10, maxAgeSec: 600 });
  for (let i = 0; i < MINUTES; i += 1) performance.observe('A', 60 * i - 2, BASE_USD, BASE_USD * multiplier);
  performance.finish();
  return performanceFigures(performance, { seed: 1 }, 24 * DAYS);
}

const valueOf = (figures: readonly Figure[], id: string): number =>
  figures.find((figure) => figure.id === id)?.value ?? NaN;
const verdictOf = (figures: readonly Figure[]): string => {
  const lines = { 'pnl.advantage_bps_per_day': { min: -10 } };
  return judge(figures, ThresholdsSchema.parse({ minHours: 0, lines }), 24).verdict;
};

describe('the advantage', () => {
  // A calm minute moves little; every 320th falls by 4 %: nine falls in two days.
  const isFall = (minute: number): boolean => minute % 320 === 200;
  const prices = pricesBy((minute) => (isFall(minute) ? -0.04 : minute % 2 === 0 ? 0.0001 : -0.0001));

  it('is as bad where the cells of all nine falls are empty', () => {
    const whole = figuresOf(prices, 1.5);
    const withHoles = figuresOf(
      prices.map((price, minute) => (isFall(minute) ? undefined : price)),
      1.5,
    );
    const id = 'pnl.advantage_bps_per_day';
    expect(valueOf(whole, id)).toBeLessThan(-800);
    expect(valueOf(withHoles, id)).toBeCloseTo(valueOf(whole, id), 0);
    expect([verdictOf(whole), verdictOf(withHoles)]).toEqual(['NOT_READY', 'NOT_READY']);
    expect(valueOf(withHoles, 'pnl.price_holes_share')).toBeCloseTo(9 / MINUTES, 12);
  });
});
