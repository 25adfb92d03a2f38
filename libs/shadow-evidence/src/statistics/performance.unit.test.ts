import { describe, expect, it } from '@jest/globals';
import { uniform } from '@quantum/generators';
import fc from 'fast-check';
import { Performance, type PriceRows } from './performance.js';

const rowsOf = (...prices: (readonly (number | undefined)[])[]): PriceRows => ({
  symbols: ['A', 'B'],
  rows: prices.map((row, i) => ({ tsSec: 100 * i, prices: row })),
});
/** Rows of the one symbol A, 100 s apart. */
const rowsOfA = (...prices: (number | undefined)[]): PriceRows => rowsOf(...prices.map((price) => [price]));
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

  it('brings the last price to the next print: 1000 USD from 80 over two holes to 60 lose 250', () => {
    const performance = new Performance(rowsOfA(80, undefined, undefined, 60, 60), options);
    performance.observe('A', -10, 1000, 500);
    performance.finish();
    expect(pnl(performance, 'base')).toEqual([0, 0, -250, 0]);
    expect(pnl(performance, 'proposed')).toEqual([0, 0, -125, 0]);
    expect(performance.prints).toEqual({ needed: 4, missing: 2 });
  });

  it('cannot leave a position at a price that nobody printed', () => {
    const performance = new Performance(rowsOfA(80, undefined, 60, 30), options);
    performance.observe('A', -10, 1000, 1000);
    performance.observe('A', 50, 1000, 0);
    performance.finish();
    expect(pnl(performance, 'proposed')).toEqual([0, -250, 0]);
    expect(performance.earned.proposed.map(({ costUsd }) => costUsd)).toEqual([0, 0, 1]);
  });

  it('loses from fall to fall the same, whichever cells are empty, and counts them', () => {
    const step = fc.record({ change: uniform(-0.1, 0.1), isHole: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 50 }), (steps) => {
        let price = 100;
        const prices = [price, ...steps.map(({ change }) => (price *= 1 + change))];
        // The first and the last are printed, so that both books see the same change.
        const isHole = prices.map((_, i) => i > 0 && i < steps.length && (steps[i - 1]?.isHole ?? false));
        const performance = new Performance(rowsOfA(...prices.map((one, i) => (isHole[i] ? undefined : one))), {
          costBps: 10,
          maxAgeSec: 1e6,
        });
        performance.observe('A', -10, 1000, 1000);
        performance.finish();
        let [expected, last] = [0, 100];
        prices.forEach((one, i) => {
          if (isHole[i]) return;
          expected += 1000 * (one / last - 1);
          last = one;
        });
        expect(pnl(performance, 'base').reduce((sum, one) => sum + one, 0)).toBeCloseTo(expected, 6);
        expect(performance.prints.missing).toBe(isHole.filter(Boolean).length);
      }),
    );
  });

  it('counts rows that are not there as holes of every allocated symbol', () => {
    const rows = [0, 100, 200, 1200, 1300].map((tsSec) => ({ tsSec, prices: [1, 1] }));
    const performance = new Performance({ symbols: ['A', 'B'], rows }, { costBps: 10, maxAgeSec: 1e6 });
    performance.observe('A', -10, 100, 100);
    performance.observe('B', -10, 100, 100);
    performance.finish();
    expect(performance.prints).toEqual({ needed: 2 * 13, missing: 2 * 9 });
  });

  it('takes a distance of three rows for one, and of more for rows that are missing', () => {
    const printsOf = (...times: number[]) => {
      const rows = times.map((tsSec) => ({ tsSec, prices: [1] }));
      const performance = new Performance({ symbols: ['A'], rows }, { costBps: 10, maxAgeSec: 1e6 });
      performance.observe('A', -10, 100, 100);
      performance.finish();
      return performance.prints;
    };
    expect(printsOf(0, 100, 200, 500, 600, 700)).toEqual({ needed: 5, missing: 0 });
    expect(printsOf(0, 100, 200, 549, 649, 749)).toEqual({ needed: 5, missing: 0 });
    expect(printsOf(0, 100, 200, 550, 650, 750)).toEqual({ needed: 8, missing: 3 });
    expect(printsOf(0, 1000)).toEqual({ needed: 1, missing: 0 });
    expect(printsOf(0)).toEqual({ needed: 0, missing: 0 });
  });

  it('is in force from the second after its decision, for as long as its age is allowed', () => {
    const earnedBy = (decisionSec: number) => {
      const performance = new Performance(rowsOfA(1, 2, 4, 8, 16), { costBps: 0, maxAgeSec: 100 });
      performance.observe('A', decisionSec, 100, 100);
      performance.finish();
      return performance.earned.base.map(({ tsSec, pnlUsd }) => [tsSec, pnlUsd]);
    };
    expect(earnedBy(99)).toEqual([[200, 100], [300, 100]]); // prettier-ignore
    expect(earnedBy(100)).toEqual([[300, 100]]); // prettier-ignore
    expect(earnedBy(98)).toEqual([[200, 100]]); // prettier-ignore
    expect(earnedBy(399)).toEqual([]);
    expect(earnedBy(1e6)).toEqual([]);
  });

  it('opens free of cost with what is in force at its first row, once for each symbol', () => {
    const performance = new Performance(rowsOf([1, 1], [1, 1], [1, 1], [1, 1], [1, 1]), {
      costBps: 10,
      maxAgeSec: 1e6,
    });
    performance.observe('A', -10, 1000, 1000);
    performance.observe('B', 50, 2000, 1000);
    performance.observe('A', 150, 0, 500);
    performance.observe('A', 250, 1000, 500);
    performance.finish();
    expect(performance.earned.base.map(({ costUsd }) => costUsd)).toEqual([0, 2, 1, 1]);
    expect(performance.earned.proposed.map(({ costUsd }) => costUsd)).toEqual([0, 1, 0.5, 0]);
  });

  it('at equal size has the sum of the bases at every row, and pays for what its scale changes', () => {
    const performance = new Performance(rowsOf([1, 1], [1, 1], [1, 1], [1, 1]), { costBps: 10, maxAgeSec: 1e6 });
    performance.observe('A', -10, 1000, 500, -1);
    performance.observe('B', -10, 1000, 1500, 1);
    performance.observe('A', 50, 1000, 0, -1);
    performance.observe('B', 150, 1000, 0, 1);
    performance.finish();
    const { proposed_equal_size: equal } = performance.earned;
    expect(equal.map(({ allocatedUsd }) => allocatedUsd)).toEqual([2000, 2000, 0]);
    expect(equal.map(({ costUsd }) => costUsd)).toEqual([0, 0.5 + 0.5, 2]);
  });

  it('has the time between its rows, and no rows before the first allocation or after the last', () => {
    const rows = [0, 50, 200, 290, 1000, 1001].map((tsSec) => ({ tsSec, prices: [1] }));
    const performance = new Performance({ symbols: ['A'], rows }, { costBps: 0, maxAgeSec: 230 });
    performance.observe('A', 60, 100, 100);
    performance.finish();
    expect(performance.earned.base.map(({ tsSec, seconds }) => [tsSec, seconds])).toEqual([
      [290, 90],
      [1000, 710],
    ]);
    expect(performance.sides).toEqual({ taken: 1, assumedLong: 1 });
    expect([...performance.unpriced]).toEqual([]);
  });

  it('pays for leaving, and for coming back', () => {
    const performance = new Performance(rowsOfA(1, 1, 1, 1, 1, 1, 1, 1), { costBps: 10, maxAgeSec: 150 });
    performance.observe('A', -10, 1000, 1000); // left at 200
    performance.observe('A', 450, 1000, 1000); // back at 500
    performance.finish();
    expect(performance.earned.base).toMatchObject([
      { tsSec: 100, costUsd: 0, allocatedUsd: 1000 },
      { tsSec: 200, costUsd: 1, allocatedUsd: 1000 },
      { tsSec: 600, costUsd: 1, allocatedUsd: 1000 },
      { tsSec: 700, costUsd: 0, allocatedUsd: 1000 },
    ]);
  });

  it('earns short what long loses, nothing without a position, and pays for turning round', () => {
    const performance = new Performance(rowsOfA(100, 110, 99, 99, 99), { costBps: 10, maxAgeSec: 1e6 });
    performance.observe('A', -10, 1000, 500, -1);
    performance.observe('A', 50, 1000, 500, 1);
    performance.observe('A', 250, 1000, 500, 0);
    performance.finish();
    expect(pnl(performance, 'base').map((one) => one.toFixed(6))).toEqual(['-100.000000', '-100.000000', '0.000000']);
    expect(performance.earned.base.map(({ costUsd }) => costUsd)).toEqual([0, 2, 1]);
    expect(performance.earned.base.map(({ allocatedUsd }) => allocatedUsd)).toEqual([1000, 1000, 1000]);
    expect(pnl(performance, 'proposed_equal_size')).toEqual(pnl(performance, 'base'));
    expect(performance.sides).toEqual({ taken: 3, assumedLong: 0 });
  });

  it('of a short book is the mirror of the long one before costs, and the same in costs', () => {
    const allocation = fc.tuple(uniform(0, 1000), uniform(0, 1000));
    fc.assert(
      fc.property(
        fc.array(uniform(0.1, 10), { maxLength: 20 }),
        fc.array(allocation, { maxLength: 20 }),
        (prices, usd) => {
          const [long, short] = ([1, -1] as const).map((side) => {
            const performance = new Performance(rowsOfA(...prices), options);
            usd.forEach(([base, proposed], i) => {
              performance.observe('A', 50 * i, base, proposed, side);
            });
            performance.finish();
            return performance.earned;
          });
          for (const book of ['base', 'proposed', 'proposed_equal_size'] as const) {
            const mirrored = short![book].map((one) => ({ ...one, pnlUsd: 0 - one.pnlUsd }));
            expect(mirrored).toEqual(long![book].map((one) => ({ ...one, pnlUsd: one.pnlUsd + 0 })));
          }
        },
      ),
    );
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
