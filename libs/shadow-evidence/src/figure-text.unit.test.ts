import { describe, expect, it } from '@jest/globals';
import { durationText, intervalText, limitIn, sampleText, timeText, valueText } from './figure-text.js';

describe('a value for people', () => {
  it.each([
    [0.10784, 'share', '10.78 %'],
    [1020, 'count', '1,020'],
    [1.01987, 'x', '1.020 x'],
    [-1673.52, 'USD', '-1,674 USD'],
    [9.5, 'USD', '9.50 USD'],
    [-100, 'USD/h', '-100 USD/h'],
    [719.21, 's', '11 min 59 s'],
    [3.789, '1/h', '3.79 per hour'],
    [-156.35, 'bps/day', '-156.4 bps/day'],
    [0.336, 'h', '0.34 h'],
    [undefined, 'share', 'no data'],
  ] as const)('%d in %s is %s', (value, unit, text) => {
    expect(valueText(value, unit)).toBe(text);
  });

  it.each([
    [0, '0 s'],
    [7.84, '7.8 s'],
    [119.9, '119.9 s'],
    [120, '2 min'],
    [1799.6, '30 min'],
    [3599, '59 min 59 s'],
    [3600, '1 h'],
    [7199, '2 h'],
    [43_140, '11 h 59 min'],
    [176_399, '49 h'],
  ])('%d seconds are %s', (seconds, text) => {
    expect(durationText(seconds)).toBe(text);
  });

  it('has its interval and its sample in words', () => {
    const figure = { id: 'pnl.base_bps_per_day', label: '', value: -151, unit: 'bps/day', n: 1032, of: 'blocks', window: { fromSec: 0, toSec: 1 } } as const; // prettier-ignore
    expect(intervalText({ ...figure, interval: { low: -200.04, high: -102 } })).toBe('95 % interval -200.0 to -102.0');
    expect(intervalText(figure)).toBeUndefined();
    expect(sampleText(figure)).toBe('1,032 blocks');
  });

  it('is a time in UTC, to the second', () => {
    expect(timeText(1_763_388_660.9)).toBe('2025-11-17 14:11:00');
  });
});

describe('a limit for people', () => {
  it.each([
    ['share', { max: 0.2 }, '≤ 20 %'],
    ['share', { max: 0.0125 }, '≤ 1.25 %'],
    ['share', { min: 0.95 }, '≥ 95 %'],
    ['s', { max: 600 }, '≤ 10 min'],
    ['s', { min: 1, max: 3600 }, '1 s to 1 h'],
    ['x', { min: 0.8, max: 1.2 }, '0.8 to 1.2 x'],
    ['bps/day', { min: -10 }, '≥ -10 bps/day'],
    ['count', { max: 0 }, '≤ 0'],
  ] as const)('in %s of %j is %s', (unit, limit, text) => {
    expect(limitIn(unit, limit)).toBe(text);
  });
});
