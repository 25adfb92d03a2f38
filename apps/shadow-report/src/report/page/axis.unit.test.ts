import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { START_SEC } from '../../runs.test-support.js';
import { narrowTicks, numberScale, numberTicks, timeTexts, timeTicks } from './axis.js';

const labels = (seconds: number) =>
  timeTicks(START_SEC, START_SEC + seconds).map(({ label, below }) =>
    below === undefined ? label : `${label} ${below}`,
  );
const DAY = 86_400;

describe('a time axis', () => {
  it.each([
    ['seconds of a run of half a minute', 30, ['14:11:00 2025-11-17', '14:11:05', '14:11:10', '14:11:15', '14:11:20', '14:11:25', '14:11:30']],
    ['seconds of a run of 84 s', 84, ['14:11:00 2025-11-17', '14:11:15', '14:11:30', '14:11:45', '14:12:00', '14:12:15']],
    ['minutes of a run of 10 min', 600, ['14:12 2025-11-17', '14:14', '14:16', '14:18', '14:20']],
    ['hours of a day, with the date where it changes', DAY, ['16:00 2025-11-17', '20:00', '00:00 2025-11-18', '04:00', '08:00', '12:00']],
    ['half days of three days', 3 * DAY, ['00:00 2025-11-18', '12:00', '00:00 2025-11-19', '12:00', '00:00 2025-11-20', '12:00']],
    ['dates of a week', 7 * DAY, ['2025-11-18', '2025-11-19', '2025-11-20', '2025-11-21', '2025-11-22', '2025-11-23', '2025-11-24']],
  ])('names the %s', (_, seconds, expected) => {
    expect(labels(seconds)).toEqual(expected);
  }); // prettier-ignore

  it('has two to eight ticks within any time, all of different names', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 * DAY }), fc.integer({ min: 0, max: DAY }), (seconds, later) => {
        const from = START_SEC + later;
        const ticks = timeTicks(from, from + seconds);
        expect(ticks.length).toBeLessThanOrEqual(8);
        expect(ticks.length).toBeGreaterThanOrEqual(2);
        for (const { at } of ticks) expect(at >= from && at <= from + seconds).toBe(true);
        let day = '';
        const names = ticks.map(({ label, below = day }) => `${(day = below)} ${label}`);
        expect(new Set(names).size).toBe(ticks.length);
      }),
    );
  });

  it('leaves a narrow plot every other tick, those with a date first', () => {
    const kept = (seconds: number) => {
      const ticks = timeTicks(START_SEC, START_SEC + seconds);
      return ticks
        .filter((_, i) => narrowTicks(ticks).has(i))
        .map(({ label, below = '' }) => `${label} ${below}`.trim());
    };
    expect(kept(30)).toEqual(['14:11:00 2025-11-17', '14:11:10', '14:11:20', '14:11:30']);
    expect(kept(3 * DAY)).toEqual(['00:00 2025-11-18', '00:00 2025-11-19', '00:00 2025-11-20']);
  });

  it('names times in a table with seconds only where they tell them apart', () => {
    expect(timeTexts([START_SEC, START_SEC + 60])).toEqual(['2025-11-17 14:11', '2025-11-17 14:12']);
    expect(timeTexts([START_SEC, START_SEC + 1])).toEqual(['2025-11-17 14:11:00', '2025-11-17 14:11:01']);
  });
});

describe('a number axis', () => {
  it.each([
    [0, 0.2, ['0', '0.05', '0.1', '0.15', '0.2']],
    [0.7, 1.1, ['0.7', '0.8', '0.9', '1', '1.1']],
    [0, 0, ['0', '0.5', '1']],
    [-25_873, 187, ['-30,000', '-20,000', '-10,000', '0', '10,000']],
  ])('from %d to %d has round ticks around both', (low, high, expected) => {
    expect(numberScale(low, high).ticks.map(({ label }) => label)).toEqual(expected);
  });

  it('of a distribution has round ticks within it', () => {
    expect(numberTicks(0.545, 1.455).map(({ label }) => label)).toEqual(['0.6', '0.8', '1', '1.2', '1.4']);
  });
});
