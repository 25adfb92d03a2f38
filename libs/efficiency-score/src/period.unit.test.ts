import { describe, expect, it } from '@jest/globals';
import { logUniform, uniform } from '@quantum/generators';
import fc from 'fast-check';
import { periodEndSec, periodOf, periodStartSec } from './index.js';

describe('the grid of periods', () => {
  it.each([
    [0, 60, 0],
    [59.999, 60, 0],
    [60, 60, 1],
    [1_763_386_800, 60, 29_389_780],
    [1_763_386_859.9, 60, 29_389_780],
    [1.5, 0.5, 3],
    [0.3, 0.1, 2], // 0.1 * 3 is above 0.3
    [0.30000000000000004, 0.1, 3],
    [86_400, 86_400, 1],
  ])('%d s lies in period of %d s number %d', (nowSec, periodSec, period) => {
    expect(periodOf(nowSec, periodSec)).toBe(period);
  });

  it.each([NaN, Infinity, -Infinity, -1, -1e-9, 1e300])('has no period for %d s', (nowSec) => {
    expect(periodOf(nowSec, 60)).toBeUndefined();
  });

  it('has every time within its period', () => {
    const time = fc.oneof(uniform(0, 2e9), uniform(1_763_386_000, 1_763_387_000));
    fc.assert(
      fc.property(
        time,
        fc.oneof(logUniform(0.1, 86_400), fc.constantFrom(0.1, 0.25, 0.3, 1, 60)),
        (nowSec, periodSec) => {
          const period = periodOf(nowSec, periodSec)!;
          expect(periodStartSec(period, periodSec)).toBeLessThanOrEqual(nowSec);
          expect(periodEndSec(period, periodSec)).toBeGreaterThan(nowSec);
          expect(periodOf(periodStartSec(period, periodSec), periodSec)).toBe(period);
          expect(periodOf(periodEndSec(period, periodSec), periodSec)).toBe(period + 1);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
