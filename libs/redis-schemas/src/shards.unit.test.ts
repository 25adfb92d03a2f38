import { describe, expect, it } from '@jest/globals';
import { anyText } from '@quantum/generators';
import fc from 'fast-check';
import { shardOfSymbol } from './shards.js';

describe('shardOfSymbol', () => {
  // Published values of FNV-1a (32 bits): '' 811c9dc5, 'a' e40c292c, 'foobar' bf9cf968.
  it.each([
    ['', 0x811c9dc5],
    ['a', 0xe40c292c],
    ['foobar', 0xbf9cf968],
  ])('is FNV-1a: %j', (symbol, hash) => {
    expect(shardOfSymbol(symbol, 2 ** 32)).toBe(hash);
  });

  it('hashes bytes, not code units', () => {
    expect(shardOfSymbol('Ä', 2 ** 32)).not.toBe(shardOfSymbol('\u00c3\u0084', 2 ** 32));
  });

  it('gives every symbol one shard, always the same, and the only one if there is one', () => {
    fc.assert(
      fc.property(anyText(), fc.integer({ min: 1, max: 64 }), (symbol, shards) => {
        const shard = shardOfSymbol(symbol, shards);
        expect(shard).toBe(shardOfSymbol(symbol, shards));
        expect(Number.isInteger(shard) && shard >= 0 && shard < shards).toBe(true);
        expect(shardOfSymbol(symbol, 1)).toBe(0);
      }),
    );
  });

  it.each([2, 3, 4, 16, 64])('spreads 10,000 symbols evenly over %d shards', (shards) => {
    const sizes = new Array<number>(shards).fill(0);
    for (let i = 0; i < 10_000; i += 1) {
      const shard = shardOfSymbol(`COIN${i}USDT`, shards);
      sizes[shard] = (sizes[shard] ?? 0) + 1;
    }
    const fair = 10_000 / shards;
    // Five standard deviations of a uniform distribution.
    const tolerance = 5 * Math.sqrt(fair);
    for (const size of sizes) expect(Math.abs(size - fair)).toBeLessThan(tolerance);
  });
});
