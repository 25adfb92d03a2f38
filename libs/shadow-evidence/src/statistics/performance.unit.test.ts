import { describe, expect, it } from '@jest/globals';
import { uniform } from '@quantum/generators';
import fc from 'fast-check';
import { Performance, type PriceRows } from './performance.js';

const rowsOf = (...prices: (readonly (number | undefined)[])[]): PriceRows => ({
  symbols: ['A', 'B'],
  rows: prices.map((row, i) => ({ tsSec: 100 * i, prices: row })),
});
const options = { costBps: 10, maxAgeSec: 1000 };
const pnl = (performance: Performance, book: 'base' | 'proposed' | 'proposed_equal_size'): number[] =>
  performance.earned[book].map(({ pnlUsd }) => pnlUsd);

describe('performance', () => {
  it('is allocation times change of price, from the first row after the decision', () => {
    const performance = new Performance(rowsOf([1, 1], [2, 1], [4, 1], [2, 2]), options);
    performance.observe('A', 10, 100, 200);
    performance.observe('B', 10, 100, 50);
    performance.finish();
    // From row 0 to 1 nothing was decided yet.
    expect(pnl(performance, 'base')).toEqual([100, -50 + 100]);
    expect(pnl(performance, 'proposed')).toEqual([200, -100 + 50]);
    expect(pnl(performance, 'proposed_equal_size').map((x) => x.toFixed(6))).toEqual(['160.000000', '-40.000000']);
    expect(performance.earned.proposed_equal_size.map(({ allocatedUsd }) => allocatedUsd)).toEqual([200, 200]);
  });

  it('cannot earn from what was known when it was decided', () => {
    const performance = new Performance(rowsOf([1, 1], [2, 1], [4, 1]), options);
    performance.observe('A', 100, 100, 100); // in force a second later: the row of its own second is over
    performance.finish();
    expect(pnl(performance, 'base')).toEqual([]);
  });

  it('costs what changes, not what is there at first', () => {
    const performance = new Performance(rowsOf([1, 1], [1, 1], [1, 1], [1, 1]), options);
    performance.observe('A', 10, 100, 100);
    performance.observe('A', 150, 100, 300);
    performance.finish();
    expect(performance.earned.base.map(({ costUsd }) => costUsd)).toEqual([0, 0]);
    expect(performance.earned.proposed.map(({ costUsd }) => costUsd)).toEqual([0, 0.2]);
  });

  it('leaves out what has no price, or was not renewed', () => {
    const performance = new Performance(rowsOf([1, 1], [2, undefined], [4, 1], [8, 2]), { ...options, maxAgeSec: 150 });
    performance.observe('A', -50, 100, 100);
    performance.observe('B', -50, 100, 100);
    performance.observe('C', -50, 100, 100);
    performance.finish();
    expect(pnl(performance, 'base')).toEqual([100, 100]); // at row 1 its age is 149 s, at row 2 more
    expect([...performance.unpriced]).toEqual(['C']);
  });

  it('is the same for proposals that are the bases', () => {
    const price = uniform(0.1, 10);
    fc.assert(
      fc.property(fc.array(fc.tuple(price, price), { maxLength: 20 }), fc.array(fc.nat(1000), { maxLength: 20 }), (prices, usd) => {
        const performance = new Performance(rowsOf(...prices), options);
        usd.forEach((amount, i) => {
          performance.observe(i % 2 === 0 ? 'A' : 'B', 50 * i, amount, amount);
        });
        performance.finish();
        expect(performance.earned.proposed).toEqual(performance.earned.base);
      }),
    ); // prettier-ignore
  });
});
