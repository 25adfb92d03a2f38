import { describe, expect, it } from '@jest/globals';
import { closePeriod, type ClosedPeriod, type SymbolState } from './index.js';
import { close, closeAll, earned, earnings, FIRST, flat, rules, rulesWith } from './periods.test-support.js';
import { posteriorOf } from './posterior.js';

const at = (period: number, positionQty: number | undefined, priceUsd: number | undefined): ClosedPeriod =>
  flat(period, { end: { positionQty, priceUsd } });
const after = (gains: readonly (number | undefined)[]): SymbolState => closeAll(earnings(gains))!;

describe('closing the first period of a symbol', () => {
  it('has no start, and is the start of the next', () => {
    expect(closePeriod(undefined, at(FIRST, 2, 100), rules)).toEqual({
      closed: true,
      skippedPeriods: 0,
      measure: { missing: 'no_start' },
      state: {
        firstPeriod: FIRST, period: FIRST, positionQty: 2, priceUsd: 100, measured: undefined, gainUsd: 0, peakGainUsd: 0, scoreEwma: 0.5,
        p31: { volatilityUsd: 0, lossUsd: 0, performance: 0, targetUsd: 1000, lastExecutionSec: undefined },
      },
    }); // prettier-ignore
  });

  it.each([
    [NaN, NaN],
    [Infinity, -1],
    [undefined, undefined],
    [-Infinity, 0],
  ])('keeps no position %p and no price %p', (positionQty, priceUsd) => {
    expect(close(undefined, at(FIRST, positionQty, priceUsd)).state).toMatchObject({
      positionQty: undefined,
      priceUsd: undefined,
    });
  });

  it('has no -0', () => {
    expect(close(undefined, at(FIRST, -0, 100)).state.positionQty).toBe(0);
  });
});

describe('closing the next period', () => {
  it('measures from the position and price at the end of the last', () => {
    const { state, measure, skippedPeriods } = close(close(undefined, at(FIRST, 2, 100)).state, at(FIRST + 1, 3, 110));
    expect(skippedPeriods).toBe(0);
    expect(measure).toEqual({ excessReturn: 0.02, gainUsd: 20 });
    expect(state).toMatchObject({
      firstPeriod: FIRST,
      period: FIRST + 1,
      positionQty: 3,
      priceUsd: 110,
      gainUsd: 20,
      peakGainUsd: 20,
    });
    expect(state.measured?.last).toEqual({ period: FIRST + 1, excessReturn: 0.02, oldestInputSec: (FIRST + 1) * 60 });
    expect(state.measured?.moments).toMatchObject({ weight: 1, mean: 0.02, pairWeight: 0 });
  });

  it('pairs it with the last', () => {
    const { moments } = after([10, 20]).measured!;
    expect(moments).toMatchObject({ pairWeight: 1, laterMean: 0.02, earlierMean: 0.01 });
    expect(moments.weight).toBeCloseTo(1 + 2 ** (-1 / 10_080), 15);
  });

  it('skips a pair across a missing period, and lets the older weights decay over both', () => {
    const { measured } = after([10, undefined, 20]);
    expect(measured!.moments).toMatchObject({ pairWeight: 0, laterMean: 0, earlierMean: 0 });
    expect(measured!.moments.weight).toBeCloseTo(1 + 2 ** (-2 / 10_080), 15);
    expect(measured!.last).toMatchObject({ period: FIRST + 3, excessReturn: 0.02 });
  });

  it('of a later one counts those between, and has no start', () => {
    const closing = close(after([10]), earned(FIRST + 5, 10));
    expect(closing).toMatchObject({ skippedPeriods: 3, measure: { missing: 'no_start' } });
    expect(closing.state).toMatchObject({ period: FIRST + 5, gainUsd: 10, measured: { last: { period: FIRST + 1 } } });
    expect(close(closing.state, earned(FIRST + 6, 10)).measure).toMatchObject({ gainUsd: 10 });
  });

  it('leaves the score as it is if it is missing, also that of the published formula', () => {
    const before = after([10, -5]);
    const { state, measure } = close(before, { ...earned(FIRST + 3, undefined) });
    expect(measure).toEqual({ missing: 'reserved' });
    expect(state).toEqual({ ...before, period: FIRST + 3 });
  });

  it.each([FIRST, FIRST - 1, FIRST + 1, 0, -1, NaN, Infinity, FIRST + 1.5, 2 ** 53])('refuses period %d, at or before the last or none', (period) => {
    expect(closePeriod(after([10]), earned(period, 10), rules)).toEqual({ closed: false });
  }); // prettier-ignore

  it.each([-1, NaN, 0.5, Infinity])('refuses period %d of a new symbol', (period) => {
    expect(closePeriod(undefined, earned(period, 10), rules)).toEqual({ closed: false });
  });

  it('leaves what it is given as it is', () => {
    const freeze = <T>(value: T): T => {
      if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(freeze);
      return value;
    };
    const before = freeze(after([10, 20]));
    expect(close(before, freeze(earned(FIRST + 3, 1)))).toEqual(close(after([10, 20]), earned(FIRST + 3, 1)));
  });
});

describe('the state after a measured period', () => {
  it('has the sum of gains and its peak', () => {
    expect(after([10, -30, 5])).toMatchObject({ gainUsd: -15, peakGainUsd: 10 });
    expect(after([-10])).toMatchObject({ gainUsd: -10, peakGainUsd: 0 });
  });

  it.each([NaN, Infinity, -Infinity, -0])('takes an age that cannot be read (%p) as the oldest', (oldestInputSec) => {
    const state = close(after([]), flat(FIRST + 1, { oldestInputSec })).state;
    expect(state.measured?.last.oldestInputSec).toBe(0);
  });

  it('smooths the chosen score with the published weight of 0.25, from 0.5', () => {
    const own = rulesWith({ priorSrPerDay: 5 });
    const state = closeAll(earnings([10, 12, 9]), own)!;
    let expected = 0.5;
    for (const gains of [[10], [10, 12], [10, 12, 9]]) {
      const { moments } = closeAll(earnings(gains), own)!.measured!;
      expected = 0.25 * posteriorOf(moments, own).score + 0.75 * expected;
    }
    expect(state.scoreEwma).toBeCloseTo(expected, 12);
    expect(state.scoreEwma).toBeGreaterThan(0.6);
  });

  it('smooths the published score where that is chosen, at the end of the period', () => {
    const p31 = rulesWith({ model: 'p31_v1' });
    const first = close(undefined, flat(FIRST), p31).state;
    const lastExecutionSec = (FIRST + 2) * 60 - 1800;
    const { state } = close(first, flat(FIRST + 1, { performance: 1, lastExecutionSec }), p31);
    expect(state.p31).toMatchObject({ performance: 1, lastExecutionSec });
    expect(state.scoreEwma).toBeCloseTo(0.25 * (1 / 1.3) + 0.75 * 0.5, 12);
  });
});
