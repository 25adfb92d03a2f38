import { describe, expect, it } from '@jest/globals';
import { LongestOutside, NO_DATA, StretchMeter } from './stretches.js';

function metered(silenceSec: number, ...observations: (readonly [string, string, number])[]): StretchMeter {
  const meter = new StretchMeter(silenceSec);
  for (const one of observations) meter.observe(...one);
  return meter;
}
const statesOf = (meter: StretchMeter) => Object.fromEntries(meter.byState());

describe('a silence', () => {
  it('ends a stretch with the last observation before, and is a stretch of its own', () => {
    const meter = metered(100, ['A', 'ok', 0], ['A', 'ok', 50], ['A', 'ok', 151], ['A', 'ok', 200]);
    expect(statesOf(meter)).toEqual({
      ok: { count: 2, longestSec: 50, totalSec: 99 },
      [NO_DATA]: { count: 1, longestSec: 101, totalSec: 101 },
    });
  });

  it('is longer than what counts as one', () => {
    expect(statesOf(metered(100, ['A', 'ok', 0], ['A', 'ok', 100]))).toEqual({
      ok: { count: 1, longestSec: 100, totalSec: 100 },
    });
    expect(statesOf(metered(100, ['A', 'ok', 0], ['A', 'low', 100]))).toEqual({
      ok: { count: 1, longestSec: 100, totalSec: 100 },
      low: { count: 1, longestSec: 0, totalSec: 0 },
    });
  });

  it('before another state is neither of the two', () => {
    expect(statesOf(metered(100, ['A', 'ok', 0], ['A', 'ok', 10], ['A', 'low', 500], ['A', 'low', 530]))).toEqual({
      ok: { count: 1, longestSec: 10, totalSec: 10 },
      [NO_DATA]: { count: 1, longestSec: 490, totalSec: 490 },
      low: { count: 1, longestSec: 30, totalSec: 30 },
    });
  });
});

it('states are asked for at any time, and symbols counted once', () => {
  const meter = metered(100, ['A', 'ok', 0], ['B', 'ok', 0], ['A', 'low', 10], ['A', 'low', 20]);
  expect(meter.symbols).toBe(2);
  const expected = { ok: { count: 2, longestSec: 10, totalSec: 10 }, low: { count: 1, longestSec: 10, totalSec: 10 } };
  expect([statesOf(meter), statesOf(meter)]).toEqual([expected, expected]);
  expect([metered(100).symbols, statesOf(metered(100))]).toEqual([0, {}]);
});

describe('the longest stretch outside a state', () => {
  const longestOf = (...observations: (readonly [string, string, number])[]) => {
    const meter = new LongestOutside('ok');
    for (const one of observations) meter.observe(...one);
    return meter.longest;
  };

  it('is the first of equal ones, with its own states alone', () => {
    expect(longestOf(['A', 'x', 0], ['A', 'ok', 10], ['A', 'y', 20], ['A', 'ok', 30])).toEqual({
      symbol: 'A', fromSec: 0, seconds: 10, states: ['x'],
    }); // prettier-ignore
    expect(longestOf(['A', 'x', 0], ['A', 'ok', 10], ['A', 'y', 20], ['A', 'ok', 31])).toEqual({
      symbol: 'A', fromSec: 20, seconds: 11, states: ['y'],
    }); // prettier-ignore
  });

  it('is one of no length where there was a single observation', () => {
    expect(longestOf(['A', 'x', 5])).toEqual({ symbol: 'A', fromSec: 5, seconds: 0, states: ['x'] });
  });
});
