import { describe, expect, it } from '@jest/globals';
import { baking, every, marketOf, NOW, run, shadow, symbolOf, symbolsOf } from './cycles.test-support.js';
import type { FoldContext, FoldedInput } from './index.js';

/** The input of each of the cycles, ten seconds apart, in which the multiplier of A in effect is this. */
const follow = (effective: readonly number[], stepSec = 10): FoldedInput[] =>
  run(every(stepSec, NOW, NOW + stepSec * effective.length), (nowSec) => [
    marketOf(nowSec, { symbols: symbolsOf({ A: { effective: effective[(nowSec - NOW) / stepSec]! } }) }),
    baking(NOW - 10),
  ]).map(({ input }) => input);

describe('the turnover of a day', () => {
  const turnover = (inputs: readonly FoldedInput[]) => inputs.map(({ turnoverDay }) => turnoverDay);
  const close = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 12) as unknown);

  it('adds up each way that multipliers went, of all bases', () => {
    expect(turnover(follow([1, 0.7, 0.7, 1, 0.4]))).toEqual(close([0, 0.1, 0.1, 0.2, 0.4]));
  });

  it('counts what is in effect at first, and what lapses', () => {
    expect(turnover(follow([0.7, 1]))).toEqual(close([0.1, 0.2]));
  });

  it('forgets what is more than a day old', () => {
    const inputs = follow([1, 0.7, 0.7, ...Array.from({ length: 24 }, () => 0.7)], 3600);
    expect(turnover(inputs).slice(1, 26)).toEqual(close(Array.from({ length: 25 }, () => 0.1)));
    expect(turnover(inputs)[26]).toBe(0);
  });

  it('takes the base that was last known', () => {
    const given: [number, number | undefined][] = [[1, 4000], [1, 2000], [0.7, undefined], [1, 6000]]; // prettier-ignore
    const inputs = run(every(10, NOW, NOW + 40), (nowSec) => {
      const [effective, baseUsd] = given[(nowSec - NOW) / 10]!;
      return [marketOf(nowSec, { symbols: symbolsOf({ A: { effective, baseUsd } }) }), baking(NOW - 10)];
    }).map(({ input }) => input);
    expect(turnover(inputs)).toEqual(close([0, 0, 600 / 4000, 600 / 4000 + 1800 / 8000]));
  });

  it('takes a base of 0 as one that nothing follows, also when it is missing later', () => {
    const given: [number, number | undefined][] = [[1, 4000], [0.7, 0], [1, undefined]]; // prettier-ignore
    const inputs = run(every(10, NOW, NOW + 30), (nowSec) => {
      const [effective, baseUsd] = given[(nowSec - NOW) / 10]!;
      return [marketOf(nowSec, { symbols: symbolsOf({ A: { effective, baseUsd } }) }), baking(NOW - 10)];
    }).map(({ input }) => input);
    expect(turnover(inputs)).toEqual([0, 0, 0]);
  });

  it('counts a symbol that left the cohort, also one that is not there any more', () => {
    const inputs = run(every(10, NOW, NOW + 30), (nowSec) => [
      marketOf(nowSec, nowSec === NOW ? { symbols: symbolsOf({ A: { effective: 0.7 } }) } : { symbols: new Map([['B', symbolOf({ baseUsd: 2000 })]]), cohort: new Set() }), // prettier-ignore
      baking(NOW - 10),
    ]).map(({ input }) => input);
    expect(turnover(inputs)).toEqual(close([0.1, 0.2, 0.2]));
  });

  it('is none where there is no base, and where a multiplier is no number', () => {
    expect(turnover(follow([NaN, Infinity, -1]))).toEqual([0, 0, 0]);
    const [first] = run([NOW], (nowSec) => [marketOf(nowSec, { symbols: new Map([['A', symbolOf({ effective: 0.5, baseUsd: undefined })]]) }), shadow()]); // prettier-ignore
    expect(first!.input.turnoverDay).toBe(0);
  });
});

describe('the turns of an hour', () => {
  const turns = (effective: readonly number[]) => follow(effective).map(({ oscillation }) => oscillation!.changes);

  it('are changes of direction', () => {
    expect(turns([1, 0.95, 0.9, 0.95, 1, 0.95])).toEqual([0, 0, 0, 1, 1, 2]);
    expect(turns([1, 1.05, 1, 1.05])).toEqual([0, 0, 1, 2]);
  });

  it('are none where a multiplier goes back by less than 1 % of the base', () => {
    expect(turns([1, 0.95, 0.9595, 0.95, 0.9405, 0.95, 0.9506])).toEqual([0, 0, 0, 0, 0, 0, 1]);
    expect(turns([1, 0.9905, 1.0095, 0.995])).toEqual([0, 0, 0, 0]);
    expect(turns([1, 0.99, 1])).toEqual([0, 0, 1]);
  });

  it('are none where a symbol that leaves the cohort goes to its base', () => {
    const inputs = run(every(10, NOW, NOW + 30), (nowSec) => [
      marketOf(nowSec, { symbols: symbolsOf({ A: { effective: nowSec < NOW + 20 ? 0.9 : 1 } }), cohort: new Set(nowSec < NOW + 20 ? ['A'] : []) }), // prettier-ignore
      baking(NOW - 10),
    ]);
    expect(inputs.map(({ input }) => input.oscillation!.changes)).toEqual([0, 0, 0]);
  });

  it('are forgotten after an hour', () => {
    const times = [NOW, NOW + 10, NOW + 20, NOW + 3599, NOW + 3900];
    const inputs = run(times, (nowSec) => [
      marketOf(nowSec, { symbols: symbolsOf({ A: { effective: nowSec === NOW + 10 ? 0.9 : 1 } }) }),
      baking(NOW - 10),
    ]);
    expect(inputs.map(({ input }) => input.oscillation!.changes)).toEqual([0, 0, 1, 1, 0]);
  });

  it('are by symbol and hour, of which each symbol has one at least', () => {
    const hours = (count: number, changes: Partial<FoldContext> = {}) =>
      run(every(10, NOW, NOW + count * 10), (nowSec) => [marketOf(nowSec, { cohort: new Set(['A', 'B']) }), baking(NOW - 10, {}, { published: new Map([['A', 0.9], ['B', 0.9]]), ...changes })]) // prettier-ignore
        .at(-1)!.input.oscillation!.symbolHours;
    expect(hours(3)).toBe(2);
    expect(hours(377)).toBeCloseTo((2 * 3760) / 3600, 9);
    expect(hours(3, { published: new Map() })).toBe(2);
  });
});
