import { describe, expect, it } from '@jest/globals';
import type { Figure } from './figure.js';
import { DEFAULT_THRESHOLDS, ThresholdsSchema } from './thresholds.js';
import { judge, LONG_ASSUMED } from './verdict.js';

const window = { fromSec: 0, toSec: 2 * 3600 };
const figure = (over: Partial<Figure> = {}): Figure => ({
  id: 'a.b', label: 'a', value: 1, unit: 'count', n: 100, of: 'things', window, ...over,
}); // prettier-ignore
const thresholds = (line: object, minHours = 1) => ThresholdsSchema.parse({ minHours, lines: { 'a.b': line } });
const verdictOf = (one: Figure[], line: object, minHours?: number) => judge(one, thresholds(line, minHours), 2);

describe('the verdict', () => {
  it.each([
    ['READY', { max: 1 }],
    ['READY', { min: 1 }],
    ['READY', { min: 0, max: 2, minN: 100 }],
    ['NOT_READY', { max: 0.9 }],
    ['NOT_READY', { min: 1.1 }],
    ['INSUFFICIENT_DATA', { max: 0, minN: 101 }],
    ['INSUFFICIENT_DATA', { max: 0, minHours: 3 }],
  ])('is %s for the limit %j', (verdict, line) => {
    expect(verdictOf([figure()], line).verdict).toBe(verdict);
  });

  it.each([
    ['READY', { low: 0.5, high: 2 }],
    ['NOT_READY', { low: -3, high: -1 }],
    ['INSUFFICIENT_DATA', { low: -1, high: 2 }],
  ])('is %s for a mean whose interval is %j', (verdict, interval) => {
    expect(verdictOf([figure({ interval })], { min: 0 }).verdict).toBe(verdict);
  });

  it('is never one on too little: few covered hours, a figure that is missing or has no value, no line at all', () => {
    expect(verdictOf([figure()], { max: 0 }, 3)).toMatchObject({
      verdict: 'INSUFFICIENT_DATA',
      lines: [{ missing: '2.00 h covered, 3 h needed' }],
    });
    expect(verdictOf([], { max: 0 }).verdict).toBe('INSUFFICIENT_DATA');
    expect(verdictOf([figure({ value: undefined })], { max: 0 }).verdict).toBe('INSUFFICIENT_DATA');
    expect(verdictOf([], { max: 0, optional: true })).toEqual({ verdict: 'INSUFFICIENT_DATA', lines: [] });
  });

  it('says for how many allocations it assumes long', () => {
    const assumed = figure({ id: LONG_ASSUMED, value: 0.125, unit: 'share' });
    const verdict = judge([figure(), assumed], thresholds({ max: 1 }), 2);
    expect(verdict).toMatchObject({ verdict: 'READY', assumed: 'long assumed for 12.50 % of allocations' });
  });

  it('is NOT_READY when one line fails, whatever cannot be told', () => {
    const both = ThresholdsSchema.parse({ minHours: 0, lines: { 'a.b': { max: 0 }, 'c.d': { max: 0 } } });
    const { verdict, lines } = judge([figure()], both, 2);
    expect(verdict).toBe('NOT_READY');
    expect(lines.map(({ status }) => status)).toEqual(['FAIL', 'INSUFFICIENT_DATA']);
  });
});

describe('thresholds', () => {
  it('are refused when a line limits nothing, or says what is not known', () => {
    for (const line of [{}, { max: '1' }, { max: 1, least: 2 }]) {
      expect(ThresholdsSchema.safeParse({ minHours: 1, lines: { 'a.b': line } }).success).toBe(false);
    }
    expect(ThresholdsSchema.safeParse({ minHours: 1, lines: {}, other: 1 }).success).toBe(false);
  });

  it('have defaults', () => {
    expect(ThresholdsSchema.parse(DEFAULT_THRESHOLDS)).toEqual(DEFAULT_THRESHOLDS);
  });
});
