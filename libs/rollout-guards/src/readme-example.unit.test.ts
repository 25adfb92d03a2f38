import { describe, expect, it } from '@jest/globals';
import { calm, row } from './calm.test-support.js';
import { DEFAULT_GUARD_LIMITS, evaluateGuards } from './index.js';

describe('the example of the README', () => {
  it('holds', () => {
    const symbols = [row('A', { multiplier: 0.8 }), row('B', { scoreAgeSec: 400 })];
    const { demand, isClean, toBase, results } = evaluateGuards({ ...calm, symbols }, DEFAULT_GUARD_LIMITS, {}, 10);

    expect(demand).toBe('hold'); // sum_ratio: 0.875; slew: 0.075 of the base in one cycle
    expect(isClean).toBe(false); // nothing may be raised
    expect([...toBase]).toEqual(['A', 'B']); // A is above its cap of 100 USD, the score of B is old
    expect(results[0]).toMatchObject({ guard: 'sum_ratio', verdict: 'BREACH', value: 0.875, n: 2 });
  });
});
