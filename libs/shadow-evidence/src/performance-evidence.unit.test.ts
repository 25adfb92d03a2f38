import { describe, expect, it } from '@jest/globals';
import type { Figure } from './figure.js';
import { performanceFigures, type IntervalOptions } from './performance-evidence.js';
import type { Side } from './side.js';
import { Performance } from './statistics/performance.js';
import { ThresholdsSchema } from './thresholds.js';
import { judge, type Verdict } from './verdict.js';

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
function figuresOf(prices: readonly (number | undefined)[], multiplier: number, side?: Side): Figure[] {
  const rows = prices.map((price, i) => ({ tsSec: 60 * i, prices: [price] }));
  const performance = new Performance({ symbols: ['A'], rows }, { costBps: 10, maxAgeSec: 600 });
  for (let i = 0; i < MINUTES; i += 1) performance.observe('A', 60 * i - 2, BASE_USD, BASE_USD * multiplier, side);
  performance.finish();
  return performanceFigures(performance, { seed: 1, blockLength: 60 }, 24 * DAYS);
}

const valueOf = (figures: readonly Figure[], id: string): number =>
  figures.find((figure) => figure.id === id)?.value ?? NaN;
const judged = (figures: readonly Figure[]): Verdict => {
  const lines = { 'pnl.advantage_bps_per_day': { min: -10 } };
  return judge(figures, ThresholdsSchema.parse({ minHours: 0, lines }), 24);
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
    expect([judged(whole).verdict, judged(withHoles).verdict]).toEqual(['NOT_READY', 'NOT_READY']);
    expect(valueOf(withHoles, 'pnl.price_holes_share')).toBeCloseTo(9 / MINUTES, 12);
  });

  it('says that its interval is right for one look, and which look this is', () => {
    const note = (options: IntervalOptions) => {
      const rows = prices.slice(0, 200).map((price, i) => ({ tsSec: 60 * i, prices: [price] }));
      const performance = new Performance({ symbols: ['A'], rows }, { costBps: 10, maxAgeSec: 1e9 });
      performance.observe('A', -2, BASE_USD, BASE_USD);
      performance.finish();
      const figures = performanceFigures(performance, options, 48);
      return figures.filter(({ interval }) => interval !== undefined).map((figure) => figure.note);
    };
    expect(note({ seed: 1 })).toHaveLength(5);
    for (const text of note({ seed: 1 })) expect(text).toContain('95 % for one look, this is look 1');
    for (const text of note({ seed: 1, looks: 7 })) expect(text).toContain('95 % for one look, this is look 7');
  });

  it('of a short book in falling prices is the gain that it lived, not the loss of a long one', () => {
    const falling = pricesBy((minute) => (minute % 2 === 0 ? 0.00005 : -0.00012));
    const id = 'pnl.advantage_bps_per_day';
    const [short, unknown] = [figuresOf(falling, 1.1, -1), figuresOf(falling, 1.1)];
    expect(valueOf(short, id)).toBeGreaterThan(40);
    expect(valueOf(unknown, id)).toBeLessThan(-40);
    expect(judged(short)).toMatchObject({ verdict: 'READY' });
    expect(judged(short)).not.toHaveProperty('assumed');
    expect(judged(unknown)).toMatchObject({ verdict: 'NOT_READY', assumed: 'long assumed' });
  });
});
