import { describe, expect, it } from '@jest/globals';
import { finite, multiplier, priceUsd, usd } from '@quantum/generators';
import fc from 'fast-check';
import { hourAdvantage, periodAdvantage, type SymbolPeriod } from './period.js';

const symbol = (changes: Partial<SymbolPeriod> = {}): SymbolPeriod => ({
  baseUsd: 1000,
  multiplier: 1.2,
  multiplierBefore: 1.2,
  side: 1,
  startPriceUsd: 100,
  endPriceUsd: 101,
  ...changes,
});

describe('the advantage of a period', () => {
  it.each<[string, SymbolPeriod[], number]>([
    ['of a long that is larger, as the price rises', [symbol()], 20],
    ['of a short that is larger', [symbol({ side: -1 })], -20],
    ['of a long that is smaller', [symbol({ multiplier: 0.8, multiplierBefore: 0.8 })], -20],
    ['of base capital that is weighed', [symbol(), symbol({ baseUsd: 3000, multiplier: 1, multiplierBefore: 1 })], 5],
    ['with the cost of its turnover', [symbol({ multiplierBefore: 1 })], 20 - 0.2 * 5],
    ['without turnover in the first period', [symbol({ multiplierBefore: undefined })], 20],
  ])('%s', (_what, symbols, advantageBps) => {
    const found = periodAdvantage(symbols, 5);
    expect(found.advantageBps).toBeCloseTo(advantageBps, 9);
    expect(found).toMatchObject({ missingShare: 0, symbols: symbols.length });
  });

  it.each<[string, Partial<SymbolPeriod>]>([
    ['no price at its start', { startPriceUsd: undefined }],
    ['no price at its end', { endPriceUsd: undefined }],
    ['a price of 0', { endPriceUsd: 0 }],
    ['a price that is no number', { startPriceUsd: NaN }],
    ['a multiplier that is no number', { multiplier: NaN }],
  ])('leaves out a symbol with %s', (_what, changes) => {
    const counted = symbol({ baseUsd: 4000 });
    expect(periodAdvantage([counted, symbol(changes)], 5)).toEqual({ ...periodAdvantage([counted], 5), missingShare: 1 - 4000 / 5000 }); // prettier-ignore
  });

  it('is missing where more than a fifth of the base is', () => {
    const rest = symbol({ endPriceUsd: undefined });
    expect(periodAdvantage([symbol({ baseUsd: 4000 }), rest], 5).advantageBps).toBeDefined();
    expect(periodAdvantage([symbol({ baseUsd: 3999 }), rest], 5).advantageBps).toBeUndefined();
    expect(periodAdvantage([rest], 5)).toEqual({ advantageBps: undefined, missingShare: 1, symbols: 0 });
    expect(periodAdvantage([], 5)).toEqual({ advantageBps: undefined, missingShare: 1, symbols: 0 });
    expect(periodAdvantage([symbol({ baseUsd: 0 }), symbol({ baseUsd: NaN }), symbol({ baseUsd: -1 })], 5).symbols).toBe(0); // prettier-ignore
  });

  it('is missing where the sum of the base is no number', () => {
    const largest = symbol({ baseUsd: Number.MAX_VALUE });
    expect(periodAdvantage([largest, largest], 5)).toMatchObject({ advantageBps: undefined, missingShare: 1 });
  });

  it('is finite or missing, never NaN', () => {
    const optional = fc.option(fc.oneof(priceUsd, finite), { nil: undefined });
    const any = fc.record({
      baseUsd: fc.oneof(usd(), finite),
      multiplier: fc.oneof(multiplier, finite),
      multiplierBefore: fc.option(multiplier, { nil: undefined }),
      side: fc.constantFrom(1 as const, -1 as const),
      startPriceUsd: optional,
      endPriceUsd: optional,
    });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 4 }), (symbols) => {
        const { advantageBps = 0, missingShare } = periodAdvantage(symbols, 5);
        expect(Number.isFinite(advantageBps)).toBe(true);
        expect(missingShare >= 0 && missingShare <= 1).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe('the advantage of an hour', () => {
  const periods = (present: number, missing: number, value = 2): (number | undefined)[] => [
    ...Array.from({ length: present }, () => value),
    ...Array.from({ length: missing }, () => undefined),
  ];

  it('is the mean of its periods, as of a whole hour', () => {
    expect(hourAdvantage(periods(12, 0), 300)).toBe(24);
    expect(hourAdvantage(periods(10, 2), 300)).toBe(24);
    expect(hourAdvantage([3, 1], 1800)).toBe(4);
    expect(hourAdvantage([7], 3600)).toBe(7);
  });

  it('is missing with fewer than ten of twelve', () => {
    expect(hourAdvantage(periods(9, 3), 300)).toBeUndefined();
    expect(hourAdvantage([...periods(9, 0), NaN, Infinity, undefined], 300)).toBeUndefined();
    expect(hourAdvantage([1], 1800)).toBeUndefined();
    expect(hourAdvantage([], 3600)).toBeUndefined();
  });
});
