import { describe, expect, it } from '@jest/globals';
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

  it('has its value net of flows, and its high', () => {
    expect(book([[100], [120], [110, 0], [150, 50]])).toEqual([[100, 100], [120, 120], [110, 110], [100, 110]]); // prettier-ignore
  });

  it('is unknown where flows are missing that were published, and keeps its high', () => {
    expect(book([[100, 50], [120, 50], [110], [115, 50]])).toEqual([[50, 50], [70, 70], undefined, [65, 70]]); // prettier-ignore
  });

  it('is unknown where flows are no number', () => {
    expect(book([[100, 50], [100, Infinity]])).toEqual([[50, 50], undefined]); // prettier-ignore
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
});
