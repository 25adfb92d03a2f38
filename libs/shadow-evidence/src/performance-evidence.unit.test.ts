import { describe, expect, it } from '@jest/globals';
import type { Figure } from './figure.js';
import { performanceFigures, type IntervalOptions } from './performance-evidence.js';
import type { PositionSide as Side } from './recording.js';
import { meanInterval } from './statistics/bootstrap.js';
import { Performance, type Book } from './statistics/performance.js';
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

describe('what the books earned', () => {
  const SEED = 3;
  /** Rows of A, B and an unpriced C: prices of A rise and fall, those of B stand still and miss once. */
  const rows = Array.from({ length: 41 }, (_, i) => ({
    tsSec: 100 + 600 * i + (i > 20 ? 600 : 0),
    prices: [i % 2 === 0 ? 100 : 110 - (i % 5), i === 7 ? undefined : 50],
  }));
  const lived = () => {
    const performance = new Performance({ symbols: ['A', 'B'], rows }, { costBps: 10, maxAgeSec: 1e6 });
    rows.forEach(({ tsSec }, i) => {
      performance.observe('A', tsSec - 60, 1000 + 10 * i, 1500 - 10 * i, 1);
      performance.observe('B', tsSec - 60, 500, 400, i < 10 ? -1 : undefined);
      if (i === 0) for (const name of ['C', 'D', 'E', 'F', 'G', 'H']) performance.observe(name, tsSec - 60, 1, 1, 0);
    });
    performance.finish();
    return performance;
  };
  const measured = () => {
    const performance = lived();
    const figures = performanceFigures(performance, { seed: SEED, blockLength: 1, timeScale: 2 }, 10);
    return { performance, earned: performance.earned, figures };
  };
  const figure = (id: string, all: readonly Figure[]) => all.find((one) => one.id === id);
  const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
  const HELD_SEC = 600 * 41;

  it('is added up by book', () => {
    const { earned, figures } = measured();
    for (const book of ['base', 'proposed', 'proposed_equal_size'] as const) {
      const all = earned[book];
      expect(all).toHaveLength(40);
      const mean = total(all.map(({ allocatedUsd, seconds }) => allocatedUsd * seconds)) / HELD_SEC;
      expect(valueOf(figures, `pnl.${book}_usd`)).toBeCloseTo(total(all.map(({ pnlUsd }) => pnlUsd)), 9);
      expect(valueOf(figures, `pnl.${book}_cost_usd`)).toBeCloseTo(total(all.map(({ costUsd }) => costUsd)), 9);
      expect(valueOf(figures, `pnl.${book}_allocated_usd`)).toBeCloseTo(mean, 9);
      let [sum, peak, deepest] = [0, 0, 0];
      for (const { pnlUsd, costUsd } of all) {
        sum += pnlUsd - costUsd;
        peak = Math.max(peak, sum);
        deepest = Math.max(deepest, peak - sum);
      }
      expect(deepest).toBeGreaterThan(0);
      expect(valueOf(figures, `pnl.${book}_drawdown_usd`)).toBeCloseTo(deepest, 9);
    }
  });

  it('is reported in basis points of the mean base a day of prices, with its interval', () => {
    const { earned, figures } = measured();
    const net = (book: Book) => earned[book].map(({ pnlUsd, costUsd }) => pnlUsd - costUsd);
    const gross = (book: Book) => earned[book].map(({ pnlUsd }) => pnlUsd);
    const over = (one: number[], other: number[]) => one.map((value, i) => value - (other[i] ?? NaN));
    const days = (HELD_SEC * 2) / 86_400;
    const meanBaseUsd = total(earned.base.map(({ allocatedUsd, seconds }) => allocatedUsd * seconds)) / HELD_SEC;
    const perDay = (usd: number) => (usd * 10_000 * 40) / meanBaseUsd / days;
    for (const [id, gains] of Object.entries({
      'pnl.base_bps_per_day': net('base'),
      'pnl.proposed_bps_per_day': net('proposed'),
      'pnl.advantage_bps_per_day': over(net('proposed'), net('base')),
      'pnl.advantage_before_costs_bps_per_day': over(gross('proposed'), gross('base')),
      'pnl.advantage_equal_size_bps_per_day': over(net('proposed_equal_size'), net('base')),
    })) {
      const interval = meanInterval(gains, { seed: SEED, blockLength: 1 });
      const reported = figure(id, figures);
      expect(reported).toMatchObject({ n: 40, window: { fromSec: 100, toSec: rows.at(-1)?.tsSec } });
      expect(reported?.value).toBeCloseTo(perDay(total(gains) / 40), 6);
      expect(reported?.interval?.low).toBeCloseTo(perDay(interval?.low ?? NaN), 6);
      expect(reported?.interval?.high).toBeCloseTo(perDay(interval?.high ?? NaN), 6);
    }
  });

  it('says what it could not use', () => {
    const { performance, figures } = measured();
    expect(figure('pnl.unpriced', figures)).toMatchObject({ value: 6, note: 'C, D, E, F, G' });
    expect(figure('pnl.coverage', figures)).toMatchObject({ value: HELD_SEC / 3600 / 10, n: 40 });
    expect(figure('pnl.coverage', figures)).not.toHaveProperty('note');
    expect(figure('pnl.long_assumed_share', figures)).toMatchObject({ n: 2 * 41 + 6, value: 31 / (2 * 41 + 6) });
    const { needed, missing } = performance.prints;
    expect(missing).toBeGreaterThan(0);
    expect(figure('pnl.price_holes_share', figures)).toMatchObject({ n: needed, value: missing / needed });
    expect(valueOf(performanceFigures(performance, { seed: SEED }, 1), 'pnl.coverage')).toBe(1);
  });

  it('needs 30 blocks for an interval, of which there are fewer where blocks are longer', () => {
    const of = (blockLength: number) =>
      figure('pnl.advantage_bps_per_day', performanceFigures(lived(), { seed: SEED, blockLength }, 10));
    expect(of(1)).toMatchObject({ n: 40, value: expect.any(Number) as unknown });
    expect(of(2)).toMatchObject({ n: 20, value: undefined, window: { fromSec: 100 } });
    expect(of(2)).not.toHaveProperty('interval');
    const thirty = new Performance({ symbols: ['A'], rows: rows.slice(0, 31) }, { costBps: 10, maxAgeSec: 1e6 });
    thirty.observe('A', 0, 1000, 1000);
    thirty.finish();
    const [figureOf30] = performanceFigures(thirty, { seed: SEED, blockLength: 1 }, 1).filter(({ id }) => id === 'pnl.base_bps_per_day'); // prettier-ignore
    expect(figureOf30).toMatchObject({ n: 30, value: expect.any(Number) as unknown });
  });

  it('is nothing where prices and recording share no time', () => {
    const none = new Performance({ symbols: [], rows: [] }, { costBps: 10, maxAgeSec: 600 });
    none.finish();
    const figures = performanceFigures(none, { seed: SEED }, 0);
    expect(figures.filter(({ value }) => value !== undefined).map(({ id, value }) => [id, value])).toEqual([
      ['pnl.unpriced', 0],
    ]);
    for (const { n, window } of figures) expect([n, window]).toEqual([0, { fromSec: 0, toSec: 0 }]);
    expect(figure('pnl.coverage', figures)).toHaveProperty('note');
    expect(figure('pnl.coverage', performanceFigures(none, { seed: SEED }, 5))?.value).toBe(0);
  });

  it('has no basis points of a base of 0', () => {
    const onlyProposed = new Performance({ symbols: ['A'], rows }, { costBps: 10, maxAgeSec: 1e6 });
    onlyProposed.observe('A', 0, 0, 1000);
    onlyProposed.finish();
    const figures = performanceFigures(onlyProposed, { seed: SEED, blockLength: 1 }, 1);
    expect(figure('pnl.proposed_usd', figures)?.value).toBeGreaterThan(0);
    expect(figure('pnl.proposed_bps_per_day', figures)).toMatchObject({ value: undefined, n: 40 });
  });
});
