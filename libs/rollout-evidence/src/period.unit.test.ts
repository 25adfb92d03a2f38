import { describe, expect, it } from '@jest/globals';
import {
  baking,
  every,
  HASH,
  marketOf,
  NOW,
  P,
  planOf,
  POLICY,
  run,
  shadow,
  symbolsOf,
  periodsOf,
} from './cycles.test-support.js';
import { evidenceCohort, type FoldContext, type MarketSymbol } from './index.js';

/** Two cycles, a period apart: D of the period between. */
const between = (
  start: Record<string, Partial<MarketSymbol>>,
  end: Record<string, Partial<MarketSymbol>>,
  context: Partial<FoldContext> = {},
  [fromSec, toSec]: [number, number] = [NOW, NOW + P],
) =>
  run([fromSec, toSec], (nowSec) => [marketOf(nowSec, { symbols: symbolsOf(nowSec === fromSec ? start : end) }), shadow(context)])[1]!; // prettier-ignore

describe('a closed period', () => {
  it('values both books at the same prices, as they were at its start', () => {
    const { entries, closedPeriods, figures } = between(
      { A: { multiplier: 0.8 }, B: { multiplier: 1.2, positionUsd: -5 }, C: { multiplier: 1, positionUsd: 0 } },
      { A: { priceUsd: 101, multiplier: 1.5, baseUsd: 7 }, B: { priceUsd: 102 }, C: { priceUsd: 50 } },
    );
    // A: -0.2 of 1000 at +1 %; B: 0.2 of -1000 at +2 %; together -6 of 3000 USD
    expect(entries).toHaveLength(1);
    const [entry] = periodsOf(entries);
    expect(entry!.advantage.advantageBps).toBeCloseTo(-20, 9);
    expect(entry).toMatchObject({
      kind: 'period', plan: HASH, policy: POLICY, sinceSec: NOW, startSec: NOW, closedSec: NOW + P, costBps: 0,
      advantage: { missingShare: 0, symbols: 3 },
    }); // prettier-ignore
    expect(closedPeriods).toBe(1);
    expect(figures).toMatchObject({ sinceSec: NOW, periods: 1, missing: 0, hours: 0, band: undefined });
  });

  it('pays for what the books turned over since the period before, not for its first', () => {
    const of = (multiplier: number) => symbolsOf({ A: { multiplier }, B: { multiplier: 1 }, C: { multiplier: 1 } });
    const context = shadow({ plan: planOf({ costBps: 6 }) });
    const found = run([0, 1, 2].map((i) => NOW + i * P), (nowSec) => [
      marketOf(nowSec, { symbols: of(nowSec === NOW ? 0.9 : 0.6) }),
      context,
    ]); // prettier-ignore
    expect(found.map(({ entries }) => periodsOf(entries)[0]?.advantage.advantageBps)).toEqual([
      undefined,
      0,
      expect.closeTo(-6 * 0.1, 9), // 300 of 3000 USD
    ]);
  });

  it('counts what it turned over from the last multiplier that was known', () => {
    const of = (multiplier: number | undefined) => symbolsOf({ A: { multiplier }, B: { multiplier: 1 }, C: { multiplier: 1 } }); // prettier-ignore
    const given = [0.9, undefined, undefined, 0.6, 0.6];
    const found = run(every(P, NOW, NOW + 5 * P), (nowSec) => [
      marketOf(nowSec, { symbols: of(given[(nowSec - NOW) / P]) }),
      shadow({ plan: planOf({ costBps: 6 }) }),
    ]);
    // A third of the base is unknown for two periods.
    expect(found.map(({ entries }) => periodsOf(entries)[0]?.advantage.advantageBps)).toEqual([
      undefined, 0, undefined, undefined, expect.closeTo(-0.6, 9),
    ]); // prettier-ignore
  });

  const few = { A: { baseUsd: 150 }, B: { baseUsd: 850 } };
  it.each<[string, Partial<MarketSymbol>, Partial<MarketSymbol>]>([
    ['price at its start', { priceUsd: undefined }, {}],
    ['price at its end', {}, { priceUsd: undefined }],
    ['proposal', { multiplier: undefined }, {}],
    ['position', { positionUsd: undefined }, {}],
    ['finite multiplier', { multiplier: Infinity }, {}],
    ['finite position', { positionUsd: NaN }, {}],
    ['positive price', { priceUsd: 0 }, {}],
  ])('without a %s misses the symbol, and above a fifth of the base itself', (_what, start, end) => {
    const small = periodsOf(
      between({ ...few, A: { ...few.A, ...start } }, { ...few, A: { ...few.A, ...end } }).entries,
    );
    expect(small[0]!.advantage).toEqual({ advantageBps: 0, missingShare: expect.closeTo(0.075, 9), symbols: 2 });
    const large = between({ ...few, B: { ...few.B, ...start } }, { ...few, B: { ...few.B, ...end } });
    expect(periodsOf(large.entries)[0]!.advantage).toMatchObject({ advantageBps: undefined, symbols: 2 });
    expect(large.closedPeriods).toBe(0);
    expect(large.figures).toMatchObject({ periods: 0, missing: 1 });
  });

  it('takes a base that is missing as missing, with its last size', () => {
    const found = run(every(P, NOW, NOW + 3 * P), (nowSec) => [
      marketOf(nowSec, { symbols: symbolsOf({ A: { baseUsd: nowSec === NOW + P ? undefined : 2000 } }) }),
      shadow(),
    ]);
    expect(found.map(({ entries }) => periodsOf(entries)[0]?.advantage)).toEqual([
      undefined,
      { advantageBps: 0, missingShare: 0, symbols: 3 },
      { advantageBps: undefined, missingShare: 0.5, symbols: 2 },
    ]);
  });

  it('leaves out a symbol whose base is 0: it claims nothing, and is not missing', () => {
    const bases = [2000, 0, undefined, 2000];
    const found = run(every(P, NOW, NOW + 5 * P), (nowSec) => [
      marketOf(nowSec, { symbols: symbolsOf({ A: { baseUsd: bases[Math.min(3, (nowSec - NOW) / P)] } }) }),
      shadow(),
    ]);
    const counted = found.map(({ entries }) => periodsOf(entries)[0]?.advantage);
    expect(counted.map((each) => each && [each.symbols, each.missingShare])).toEqual([
      undefined, [3, 0], [2, 0], [2, 0], [3, 0],
    ]); // prettier-ignore
  });

  it('leaves out symbols whose base was never known', () => {
    const { rows } = periodsOf(between({ A: { baseUsd: undefined }, B: { baseUsd: -1 } }, {}).entries)[0]!;
    expect(rows.map(({ symbol }) => symbol)).toEqual(['C']);
  });

  it('has the symbols of all stages, whatever the stage enforces and an operator excludes', () => {
    const cohort = new Set<string>();
    const [, second] = run([NOW, NOW + P], (nowSec) => [marketOf(nowSec, { cohort }), baking(NOW - 100)]);
    const [entry] = periodsOf(second!.entries);
    expect(entry!.rows.map(({ symbol }) => symbol)).toEqual(['A', 'B', 'C']);
    expect(entry!.advantage.symbols).toBe(3);
    expect(entry!.effective).toEqual({ advantageBps: undefined, missingShare: 1, symbols: 0 });
  });

  it('has its symbols in their order, none of a cohort that is not there', () => {
    expect(evidenceCohort(planOf({}, { first: ['C', 'A'], all: ['B', 'C', 'AA'] }))).toEqual(['A', 'AA', 'B', 'C']);
    expect(evidenceCohort({ ...planOf(), cohorts: {} })).toEqual([]);
    expect(evidenceCohort({ ...planOf(), exclude: ['B'] })).toEqual(['A', 'C']);
  });

  it('also has what was enforced', () => {
    const of = (effective: number, priceUsd: number) => symbolsOf({ A: { effective, priceUsd } });
    const prices = [100, 100, 102];
    const found = run(every(P, NOW, NOW + 3 * P), (nowSec) => {
      const i = (nowSec - NOW) / P;
      return [marketOf(nowSec, { symbols: of([1, 0.9, 0.5][i]!, prices[i]!) }), baking(NOW - 100, {}, { plan: planOf({ costBps: 10 }) })]; // prettier-ignore
    });
    expect(found.map(({ entries }) => periodsOf(entries)[0]?.effective.advantageBps)).toEqual([
      undefined,
      expect.closeTo(0, 9),
      expect.closeTo(-0.1 * 200 - 0.1 * 10, 9), // of A alone: the way from 1 to 0.9 is paid for
    ]);
  });
});
