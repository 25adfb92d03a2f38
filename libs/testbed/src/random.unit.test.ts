import { describe, expect, it } from '@jest/globals';
import { mulberry32, seeded, seedOf } from './index.js';

describe('seeded random numbers', () => {
  it('are those of mulberry32', () => {
    const rng = mulberry32(42);
    expect([rng(), rng(), rng()]).toEqual([0.6011037519201636, 0.44829055899754167, 0.8524657934904099]);
  });

  it('are the same for the same seed, in any mix of draws', () => {
    const draw = (seed: number) => {
      const random = seeded(seed);
      return [
        random.below(10),
        random.between(5, 6),
        random.chance(0.5),
        random.pick(['a', 'b', 'c']),
        random.bytes(3),
      ];
    };
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  it('have a separate seed for each name', () => {
    expect(seedOf(1, 'kill -9')).toBe(seedOf(1, 'kill -9'));
    expect(new Set([seedOf(1, 'a'), seedOf(1, 'b'), seedOf(2, 'a')]).size).toBe(3);
  });
});
