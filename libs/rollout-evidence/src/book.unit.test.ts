import { describe, expect, it } from '@jest/globals';
import { uniform } from '@quantum/generators';
import fc from 'fast-check';
import { GUARDS } from '@quantum/rollout-guards';
import { baking, every, marketOf, NOW, run } from './cycles.test-support.js';
import type { FoldContext } from './index.js';

describe('the book', () => {
  const book = (
    given: readonly [equityUsd: number | undefined, netFlowsUsd?: number][],
    states: readonly FoldContext['state']['name'][] = [],
  ) =>
    // prettier-ignore
    run(every(10, NOW, NOW + 10 * given.length), (nowSec) => {
      const i = (nowSec - NOW) / 10;
      const [equityUsd, netFlowsUsd] = given[i]!;
      return [marketOf(nowSec, { equityUsd, netFlowsUsd }), baking(NOW - 10, { name: states[i] ?? 'baking' })];
    }).map(({ input }) => input.book && [input.book.valueUsd, input.book.highUsd]);

  it('has the value of what it began with, and its high, whatever flows', () => {
    expect(book([[100], [120], [110, 0], [150, 50]])).toEqual([[100, 100], [120, 120], [110, 110], [103.125, 110]]); // prettier-ignore
    expect(book([[100, 0], [90, 0], [180, 90], [60, -20], [20, -60]])).toEqual([[100, 100], [90, 100], [90, 100], [85, 100], [85, 100]]); // prettier-ignore
  });

  it('keeps a fall through a time without any equity, and begins anew where a flow has no price', () => {
    expect(book([[100, 0], [90, 0], [0, -90], [50, -40]])).toEqual([[100, 100], [90, 100], [90, 100], [90, 100]]); // prettier-ignore
    expect(book([[100, 0], [0, 0], [50, 50]])).toEqual([[100, 100], [0, 100], [50, 50]]); // prettier-ignore
    expect(
      book([
        [100, 0],
        [-10, 0],
        [20, 9.9],
      ]),
    ).toEqual([
      [100, 100],
      [-10, 100],
      [20, 20],
    ]);
    expect(
      book([
        [100, 0],
        [-10, 0],
        [50, 10],
      ]),
    ).toEqual([
      [100, 100],
      [-10, 100],
      [50, 50],
    ]);
    expect(book([[100], [-5, 0]])).toEqual([
      [100, 100],
      [-5, 100],
    ]); // the first flows
    expect(book([[0, 0], [-5, 0], [50, 0], [-10, 0]])).toEqual([undefined, undefined, [50, 50], [-10, 50]]); // prettier-ignore
  });

  it('counts what was withdrawn as still there, at its last value, after a withdrawal of all', () => {
    expect(book([[1000, 0], [0, -900], [10_000, 9100], [9000, 9100]])).toEqual([[1000, 1000], [900, 1000], [900, 1000], [810, 1000]]); // prettier-ignore
    expect(book([[100, 0], [0, -120], [-6, -120]])).toEqual([[100, 100], [120, 120], [114, 120]]); // prettier-ignore
    // A rest below a thousandth is nothing.
    expect(book([[1e6, 0], [2, 2 - 1e6], [1, 2 - 1e6], [1e6 + 1, 2]])).toEqual([[1e6, 1e6], [1e6, 1e6], [1e6 - 1, 1e6], [expect.closeTo(1e6 - 1), 1e6]]); // prettier-ignore
    // Nor does one at negative equity change the book.
    expect(book([[100, 0], [-40, 0], [-50, -10], [90, -10]])).toEqual([[100, 100], [-40, 100], [-40, 100], [100, 100]]); // prettier-ignore
    expect(book([[100, 0], [-105, -100], [10, -100]])).toEqual([[100, 100], [-5, 100], [110, 110]]); // prettier-ignore
    expect(book([[100, 0], [-105, -100], [10, 0]])).toEqual([[100, 100], [-5, 100], [10, 100]]); // prettier-ignore
  });

  it('is worth its equity where a deposit leaves it at nothing or below', () => {
    expect(book([[100, 0], [-20, 0], [-5, 21]])).toEqual([[100, 100], [-20, 100], [-5, 100]]); // prettier-ignore
    expect(book([[100, 0], [0, 50], [1000, 1050]])).toEqual([[100, 100], [0, 100], [1000, 1000]]); // prettier-ignore
    expect(book([[100, 0], [0, 50], [20, 50]])).toEqual([[100, 100], [0, 100], [expect.closeTo(20 / 1.5), 100]]); // prettier-ignore
  });

  it('falls by a loss alone, by the same share of the equity, whatever flows', () => {
    const flow = fc.option(uniform(-0.99, 100), { nil: 0 });
    const steps = fc.array(fc.record({ gain: uniform(-0.1, 0.1), flow }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(steps, (given) => {
        let [equity, flows, value, high] = [1000, 0, 1000, 1000];
        const rows: [number, number][] = [[equity, flows]];
        for (const { gain, flow: share } of given) {
          [equity, value] = [equity * (1 + gain), value * (1 + gain)];
          rows.push([equity, flows]);
          [equity, flows, high] = [equity * (1 + share), flows + equity * share, Math.max(high, value)];
          rows.push([equity, flows]);
        }
        const [found, highFound] = book(rows).at(-1)!;
        expect([found! / value, highFound! / high]).toEqual([expect.closeTo(1, 6), expect.closeTo(1, 6)]);
      }),
    );
  });

  it('is a number at most its high, and stays while equity and flows do', () => {
    const usd = fc.oneof(fc.constantFrom(0, -1, 1e-9, 1e6), uniform(-1000, -1), uniform(1e-6, 2000));
    const isUpTo = (value = NaN, limit = NaN) => value <= limit + 1e-9 * Math.abs(limit);
    fc.assert(
      fc.property(fc.array(fc.tuple(usd, usd), { minLength: 1, maxLength: 10 }), (rows) => {
        const found = book([...rows, rows.at(-1)!]);
        const known = found.flatMap((each) => (each ? [each] : []));
        expect(known.filter(([value, high]) => !isUpTo(value, high))).toEqual([]);
        const [before = [], after = []] = found.slice(-2);
        expect(before.filter((each, i) => !isUpTo(each, after[i]) || !isUpTo(after[i], each))).toEqual([]);
      }),
    );
  });

  it('is unknown where flows are missing that were published, and keeps its high', () => {
    expect(book([[100, 50], [120, 50], [110], [115, 50]])).toEqual([[100, 100], [120, 120], undefined, [115, 120]]); // prettier-ignore
  });

  it('is unknown where flows are no number', () => {
    expect(book([[100, 50], [100, Infinity]])).toEqual([[100, 100], undefined]); // prettier-ignore
  });

  it('is unknown without equity, and keeps its high', () => {
    expect(book([[undefined], [120], [undefined], [NaN], [100]])).toEqual([undefined, [120, 120], undefined, undefined, [100, 120]]); // prettier-ignore
  });

  it('is unknown at a time that is not folded, before there is a high', () => {
    const [first] = run([NaN], (nowSec) => [marketOf(nowSec, { equityUsd: 100 }), baking(NOW)]);
    expect(first!.input.book).toBeUndefined();
  });

  it('has its high since something is published', () => {
    expect(book([[200], [100], [110], [90]], ['baking', 'off', 'rolled_back', 'baking'])).toEqual([[200, 200], [100, 100], [110, 110], [90, 110]]); // prettier-ignore
    expect(book([[200], [undefined], [90]], ['off', 'killed', 'reduce_only'])).toEqual([[200, 200], undefined, [90, 90]]); // prettier-ignore
  });

  it('has no flows in its value while its high has none, at a time that is not folded', () => {
    const flows = [undefined, 50];
    const cycles = run([NOW, NOW], (nowSec) => [marketOf(nowSec, { equityUsd: 100, netFlowsUsd: flows.shift() }), baking(NOW - 10)]); // prettier-ignore
    const { valueUsd, highUsd } = cycles[1]!.input.book ?? {};
    expect(valueUsd).toBe(highUsd);
  });

  const guard = GUARDS.find(({ name }) => name === 'book_drawdown')!;
  it.each<[string, readonly [equityUsd: number, netFlowsUsd: number][], string[]]>([
    ['a withdrawal makes no fall larger', [[1000, 0], [995, 0], [95, -900]], ['PASS', 'PASS', 'PASS']],
    ['nor does a withdrawal of all', [[1000, 0], [995, 0], [0, -995], [0, -995]], ['PASS', 'PASS', 'PASS', 'PASS']],
    ['a withdrawal hides no loss of the rest', [[1000, 0], [0, -100], [-50, -100]], ['PASS', 'BREACH', 'BREACH']],
    ['a deposit makes no fall smaller', [[1000, 0], [991, 0], [9991, 9000], [9950, 9000]], ['PASS', 'PASS', 'PASS', 'BREACH']],
  ])('is judged at 1 %%: %s', (_what, given, verdicts) => {
    const cycles = run(every(10, NOW, NOW + 10 * given.length), (nowSec) => {
      const [equityUsd, netFlowsUsd] = given[(nowSec - NOW) / 10]!;
      return [marketOf(nowSec, { equityUsd, netFlowsUsd }), baking(NOW - 10)];
    });
    const found = cycles.map(({ input }) => guard.evaluate({ nowSec: NOW, book: input.book } as never, { maxBps: 100 } as never)); // prettier-ignore
    expect(found.map(({ verdict }) => verdict)).toEqual(verdicts);
  }); // prettier-ignore
});
