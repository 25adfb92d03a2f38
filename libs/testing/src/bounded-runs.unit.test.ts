import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { boundedRuns } from './index.js';

/** Every run lasts at least one pass of the event loop. */
const turn = () => new Promise<void>((resolve) => setTimeout(resolve, 1));
const texts = fc.array(fc.string({ minLength: 50, maxLength: 100 }), { minLength: 10, maxLength: 10 });

describe('boundedRuns', () => {
  it('reports the counterexample of a failure even if shrinking would never end', async () => {
    let runs = 0;
    const failing = fc.asyncProperty(texts, async () => {
      await turn();
      runs += 1;
      if (runs === 3) throw new Error('once, as on a busy machine');
    });
    await expect(fc.assert(failing, boundedRuns(10, 2_000))).rejects.toThrow(/failed after 3 tests[^]*Counterexample/);
  });

  it('fails a property that did not complete its runs within the limit', async () => {
    const slow = fc.asyncProperty(texts, turn);
    await expect(fc.assert(slow, boundedRuns(1_000_000, 50))).rejects.toThrow('interrupted');
  });

  it('runs all of them if there is time', () => {
    let runs = 0;
    const counted = fc.property(fc.nat(), () => {
      runs += 1;
    });
    fc.assert(counted, boundedRuns(20));
    expect(runs).toBe(20);
  });
});
