import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { charactersOf, patternOf } from './pattern.js';

const matches = (pattern: string, symbol: string) => patternOf(pattern).matches(charactersOf(symbol));

const asRegExp = (pattern: string): RegExp =>
  new RegExp(
    `^${Array.from(pattern)
      .map((c) => (c === '*' ? '[^]*' : c === '?' ? '[^]' : c.replace(/[\\^$.+()[\]{}|/-]/, '\\$&')))
      .join('')}$`,
    'u',
  );

describe('matches', () => {
  it.each([
    ['BTC*', 'BTCUSDT', true],
    ['BTC*', 'BTC', true],
    ['BTC*', 'WBTCUSDT', false],
    ['*USDT', 'BTCUSDT', true],
    ['*USDT', 'BTCUSDT_PERP', false],
    ['BTC?', 'BTC', false],
    ['BTC?', 'BTC1', true],
    ['*', '', true],
    ['', '', true],
    ['', 'B', false],
    ['B.C', 'BXC', false],
    ['btc*', 'BTCUSDT', false],
    ['*a*b*', 'xxaxxbxx', true],
    ['?', '𝔅', true],
    ['*:PERP', 'BTC:PERP', true],
  ])('%s, %s: %s', (pattern, symbol, expected) => {
    expect(matches(pattern, symbol)).toBe(expected);
  });

  it('agrees with the equivalent regular expression', () => {
    const of = (...chars: string[]) => fc.string({ unit: fc.constantFrom(...chars), maxLength: 8 });
    fc.assert(
      fc.property(of('a', 'b', '.', '*', '?'), of('a', 'b', '.', '𝔅'), (pattern, symbol) => {
        expect(matches(pattern, symbol)).toBe(asRegExp(pattern).test(symbol));
      }),
      { numRuns: 1000 },
    );
  });

  it('ends in bounded time for a hostile pattern', () => {
    expect(matches('*a'.repeat(30) + 'b', 'a'.repeat(64))).toBe(false);
  });
});

describe('the specificity of a pattern', () => {
  it('counts literal characters', () => {
    expect(['*', 'BTC*', '?B?*', '𝔅*'].map((pattern) => patternOf(pattern).literals)).toEqual([0, 3, 1, 1]);
  });
});
