import { describe, expect, it } from '@jest/globals';
import { uniform } from '@quantum/generators';
import fc from 'fast-check';
import type { Figure } from './figure.js';
import { MovementEvidence } from './movement-evidence.js';

const WINDOW = { fromSec: 10, toSec: 20 };
type Taken = readonly [symbol: string, tsSec: number, baseUsd: number, proposedUsd: number];

/** Figures by id, of symbols that are silent after 700 s. */
function figuresOf(taken: readonly Taken[], coveredHours: number): Record<string, Figure> {
  const evidence = new MovementEvidence(700);
  for (const one of taken) evidence.take(...one);
  return Object.fromEntries(evidence.figures(WINDOW, coveredHours).map((figure) => [figure.id, figure]));
}
const valuesOf = (taken: readonly Taken[], coveredHours: number): Record<string, number | undefined> =>
  Object.fromEntries(Object.entries(figuresOf(taken, coveredHours)).map(([id, { value }]) => [id, value]));

/** Half an hour in cycles of 600 s. */
const HALF_HOUR: readonly Taken[] = [
  ['A', 0, 1000, 1000],
  ['B', 0, 500, 500],
  ['A', 600, 1500, 1000],
  ['B', 600, 500, 900],
  ['A', 1200, 1000, 700],
  ['B', 1200, 500, 600],
  ['A', 1800, 1000, 700],
  ['B', 1800, 500, 800],
];

describe('how bases and proposals move', () => {
  it('is measured by symbol, per hour that proposals cover', () => {
    const bookUsdHours = (600 * (1000 + 1500 + 1000) + 600 * (500 + 500 + 500)) / 3600;
    expect(valuesOf(HALF_HOUR, 0.5)).toEqual({
      'turnover.base_usd_per_hour': 2000,
      'turnover.proposed_usd_per_hour': 2 * (300 + 400 + 300 + 200),
      'turnover.ratio': 1.2,
      'turnover.added_books_per_hour': 200 / bookUsdHours,
      'oscillation.base_per_symbol_hour': 1,
      'oscillation.proposed_per_symbol_hour': 2,
      'oscillation.worst_per_hour': 4,
      'steps.largest_usd': 400,
      'steps.largest_share': 0.8,
      'sums.ratio_min': 1300 / 1500,
      'sums.ratio_mean': (1 + 1900 / 2000 + 1300 / 1500 + 1500 / 1500) / 4,
      'sums.ratio_max': 1,
    });
  });

  it('names the sample, the window, and the symbol and time of the largest', () => {
    const figures = figuresOf(HALF_HOUR, 0.5);
    for (const figure of Object.values(figures)) {
      expect(figure).toMatchObject({ n: figure.id.startsWith('sums.') ? 4 : 8, window: WINDOW });
    }
    expect(figures['oscillation.worst_per_hour']?.note).toBe('B');
    expect(figures['steps.largest_usd']?.note).toBe('B at 1970-01-01 00:10:00 UTC');
    expect(figures['steps.largest_share']?.note).toBe('B at 1970-01-01 00:10:00 UTC');
  });

  it('names the first of steps and symbols that are alike', () => {
    const alike = HALF_HOUR.flatMap(([symbol, ...rest]): Taken[] => (symbol === 'B' ? [['B', ...rest], ['C', ...rest]] : [])); // prettier-ignore
    const twice = [...alike, ['B', 2400, 500, 400], ['C', 2400, 500, 400]] as const;
    const figures = figuresOf(twice, 1);
    for (const id of ['oscillation.worst_per_hour', 'steps.largest_usd', 'steps.largest_share']) {
      expect(figures[id]?.note).toMatch(/^B/);
    }
    expect(figures['steps.largest_share']?.note).toBe('B at 1970-01-01 00:10:00 UTC');
  });

  it('finds the largest step downwards too, and the largest share beside a larger step of a large base', () => {
    const taken: Taken[] = [
      ['A', 0, 10_000, 10_000], ['B', 0, 100, 100], ['A', 600, 10_000, 9000], ['B', 600, 100, 50],
    ]; // prettier-ignore
    const figures = figuresOf(taken, 1);
    expect(figures['steps.largest_usd']).toMatchObject({ value: 1000, note: expect.stringMatching(/^A/) as unknown });
    expect(figures['steps.largest_share']).toMatchObject({ value: 0.5, note: expect.stringMatching(/^B/) as unknown });
  });

  it('has no share of a base of 0, and no ratio of a cycle whose bases are 0', () => {
    const values = valuesOf([['A', 0, 0, 0], ['A', 600, 0, 5], ['A', 1200, 100, 80]], 1); // prettier-ignore
    expect(values).toMatchObject({ 'steps.largest_share': 0.75, 'sums.ratio_min': 0.8, 'sums.ratio_max': 0.8 });
    expect(
      valuesOf(
        [
          ['A', 0, 0, 0],
          ['A', 600, 0, 5],
        ],
        1,
      ),
    ).toMatchObject({
      // prettier-ignore
      'steps.largest_usd': 5,
      'steps.largest_share': 0,
      'sums.ratio_min': undefined,
      'sums.ratio_mean': undefined,
      'sums.ratio_max': undefined,
    });
  });

  it('has no rates without time, and no ratios without a turnover or a book', () => {
    const once = figuresOf([['A', 0, 100, 100]], 0);
    const measured = Object.values(once).filter(({ value }) => value !== undefined);
    expect(measured.map(({ id, value }) => [id, value])).toEqual([
      ['steps.largest_usd', 0],
      ['steps.largest_share', 0],
      ['sums.ratio_min', 1],
      ['sums.ratio_mean', 1],
      ['sums.ratio_max', 1],
    ]);
    expect(once['steps.largest_share']).not.toHaveProperty('note');
    expect(valuesOf([['A', 0, 100, 100], ['A', 600, 100, 50]], 1)).toMatchObject({ 'turnover.ratio': undefined }); // prettier-ignore
  });

  it('has no value of nothing', () => {
    expect(Object.values(valuesOf([], 1)).filter((value) => value !== undefined && value !== 0)).toEqual([]);
    expect(valuesOf([], 1)).toMatchObject({
      'steps.largest_usd': undefined, 'steps.largest_share': undefined, 'oscillation.worst_per_hour': undefined,
    }); // prettier-ignore
  });

  it('is worst for the symbol with the most turns in its own hours, one without hours aside', () => {
    const taken: Taken[] = [
      ['Z', 0, 100, 100], // once alone: no hours
      ...[100, 50, 100, 50, 100].map((usd, i): Taken => ['A', 600 * i, 100, usd]), // 3 turns in 2400 s
      ...[100, 50, 100].map((usd, i): Taken => ['B', 2400 + 300 * i, 100, usd]), // 1 turn in 600 s
    ];
    expect(figuresOf(taken, 1)['oscillation.worst_per_hour']).toMatchObject({ value: 6, note: 'B' });
  });

  it('is the same for proposals that are the bases: no turnover is added, every ratio is 1', () => {
    const targets = fc.array(fc.tuple(fc.constantFrom('A', 'B', 'C'), fc.integer({ min: 0, max: 500 }), uniform(1, 1000)), { minLength: 2 }); // prettier-ignore
    fc.assert(
      fc.property(targets, (steps) => {
        let tsSec = 0;
        const values = valuesOf(
          steps.map(([symbol, step, usd]): Taken => [symbol, (tsSec += step), usd, usd]),
          2,
        );
        expect(values['turnover.base_usd_per_hour']).toBe(values['turnover.proposed_usd_per_hour']);
        expect(values['turnover.ratio'] ?? 1).toBe(1);
        expect(values['turnover.added_books_per_hour'] ?? 0).toBe(0);
        expect(values['oscillation.base_per_symbol_hour']).toBe(values['oscillation.proposed_per_symbol_hour']);
        expect([values['sums.ratio_min'], values['sums.ratio_max']]).toEqual([1, 1]);
      }),
    );
  });
});
