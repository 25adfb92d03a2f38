import { describe, expect, it } from '@jest/globals';
import { uniform } from '@quantum/generators';
import fc from 'fast-check';
import type { PositionSide as Side } from '../recording.js';
import { Performance, type PriceRows } from './performance.js';

const COST_BPS = 10;
const MAX_AGE_SEC = 250;
const SYMBOLS = ['A', 'B'];

interface Taken {
  symbol: string;
  tsSec: number;
  base: number;
  proposed: number;
  side: Side | undefined;
}

/** What one symbol earns and pays in one book, print by print. */
function referenceOf({ rows }: PriceRows, all: readonly Taken[], symbol: string, book: 'base' | 'proposed') {
  const result = { pnlUsd: 0, costUsd: 0 };
  const [first, last] = [all[0], all.at(-1)];
  if (!first || !last) return result;
  const column = SYMBOLS.indexOf(symbol);
  const inForce = rows.filter(({ tsSec }) => tsSec > first.tsSec);
  const targetAt = (tsSec: number): number | undefined => {
    const known = all.filter((one) => one.symbol === symbol && one.tsSec < tsSec).at(-1);
    if (!known || tsSec - (known.tsSec + 1) > MAX_AGE_SEC) return undefined;
    return known[book] * (known.side ?? 1);
  };
  let isFree = inForce[0] !== undefined && targetAt(inForce[0].tsSec) !== undefined;
  let [position, bought] = [0, NaN];
  inForce.forEach(({ tsSec, prices }, i) => {
    const price = prices[column];
    const before = inForce[i - 1]?.tsSec ?? Infinity;
    const lastTradeSec = last.tsSec + 1 + MAX_AGE_SEC;
    if (price === undefined) return;
    if (position !== 0 && before <= lastTradeSec) result.pnlUsd += position * (price / bought - 1);
    if (i === inForce.length - 1 || tsSec > lastTradeSec) return;
    const target = targetAt(tsSec);
    if (!(isFree && target !== undefined)) result.costUsd += (Math.abs((target ?? 0) - position) * COST_BPS) / 10_000;
    if (target !== undefined) isFree = false;
    [position, bought] = [target ?? 0, price];
  });
  return result;
}

const aPrice = fc.option(uniform(0.5, 2), { nil: undefined, freq: 3 });
const prices = fc.array(fc.record({ stepSec: fc.integer({ min: 1, max: 200 }), a: aPrice, b: aPrice }), {
  maxLength: 25,
});
const taken = fc.array(
  fc.record({
    symbol: fc.constantFrom(...SYMBOLS),
    stepSec: fc.integer({ min: 0, max: 400 }),
    base: uniform(0, 1000),
    proposed: uniform(0, 1000),
    side: fc.constantFrom<Side | undefined>(1, -1, 0, undefined),
  }),
  { maxLength: 15 },
);

describe('performance against a reference', () => {
  it('is the sum of what every symbol earns and pays from print to print', () => {
    fc.assert(
      fc.property(prices, taken, (steps, decisions) => {
        let [priceSec, decisionSec] = [0, 0];
        const rows = steps.map(({ stepSec, a, b }) => ({ tsSec: (priceSec += stepSec), prices: [a, b] }));
        const all = decisions.map((one): Taken => ({ ...one, tsSec: (decisionSec += one.stepSec) }));
        const table = { symbols: SYMBOLS, rows };
        const performance = new Performance(table, { costBps: COST_BPS, maxAgeSec: MAX_AGE_SEC });
        for (const { symbol, tsSec, base, proposed, side } of all) {
          performance.observe(symbol, tsSec, base, proposed, side);
        }
        performance.finish();
        for (const book of ['base', 'proposed'] as const) {
          const expected = SYMBOLS.map((symbol) => referenceOf(table, all, symbol, book));
          for (const part of ['pnlUsd', 'costUsd'] as const) {
            const total = performance.earned[book].reduce((sum, one) => sum + one[part], 0);
            expect(total).toBeCloseTo(
              expected.reduce((sum, one) => sum + one[part], 0),
              6,
            );
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
