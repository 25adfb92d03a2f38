import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { simulatedSource } from './simulated.js';

const play = (seed: number, minutes: number) => {
  const source = simulatedSource(seed);
  return Array.from({ length: minutes }, () => source.next());
};

describe('simulated prices', () => {
  it('follow from their seed, and show it', () => {
    expect(play(42, 100)).toEqual(play(42, 100));
    expect(play(42, 100)).not.toEqual(play(43, 100));
    expect(simulatedSource(42).description).toBe('simulated, seed 42');
  });

  it('are a finite price > 0 for each of a dozen symbols, a minute apart, for any seed', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        play(seed, 200).forEach((row, index, all) => {
          expect(row.pricesUsd).toHaveLength(12);
          expect(row.pricesUsd.every((price) => Number.isFinite(price) && price > 0)).toBe(true);
          expect(row.tsEpochSec).toBe((all[0]?.tsEpochSec ?? NaN) + 60 * index);
        });
      }),
      { numRuns: 20 },
    );
  });
});
