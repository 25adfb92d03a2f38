import { describe, expect, it } from '@jest/globals';
import { uniform } from '@quantum/generators';
import fc from 'fast-check';
import { endPosition } from './end-position.js';

const around = (startQty: number | undefined, filled: number[], sinceQty: number[], readQty: number | undefined) =>
  endPosition({ startQty, readQty, fills: filled.map((signedQty) => ({ signedQty })), sinceQty });

describe('the position at the end of a period', () => {
  it.each([
    ['was opened since', 0, [], [2], 2, 0],
    ['was closed since', 2, [], [-2], 0, 2],
    ['has flipped since', 2, [], [-5], -3, 2],
    ['has the first of two fills since', 0, [1], [2, 4], 3, 1],
    ['was opened within and closed since', 0, [2], [-2], 0, 2],
    ['has none of the fills since: P3.3 has not seen them yet', 1, [2], [4], 3, 3],
    ['is not what the fills give', 1, [], [2], 7, 7],
    ['was not filled since', 1, [2], [], 3, 3],
    ['has no known start', undefined, [], [2], 2, 2],
    ['is unknown', 1, [], [2], undefined, undefined],
    ['is flat but for rounding', 0.3, [-0.1, -0.2], [0.7], 0.7, 0],
  ])('%s', (_, start, filled, since, read, expected) => {
    expect(around(start, filled, since, read)).toBe(expected);
  });

  it('is that of start and fills, however many of those since were read with it', () => {
    const qty = uniform(-5, 5).filter((each) => Math.abs(each) > 1e-3);
    const quantities = fc.array(qty, { maxLength: 5 });
    const sum = (all: readonly number[]): number => all.reduce((total, each) => total + each, 0);
    fc.assert(
      fc.property(qty, quantities, quantities, fc.nat(5), (start, filled, since, taken) => {
        const end = start + sum(filled);
        expect(around(start, filled, since, end + sum(since.slice(0, taken)))).toBeCloseTo(end, 7);
      }),
    );
  });

  it('is found among a hundred thousand fills', () => {
    const since = Array.from({ length: 200_000 }, () => 1);
    expect(around(0, [], since, 200_000)).toBe(0);
  });
});
