import { describe, expect, it } from '@jest/globals';
import type { Figure } from './figure.js';
import { DEFAULT_LIMITS, DEFAULT_THRESHOLDS, limitText, ThresholdsSchema } from './thresholds.js';
import { judge, type Lack, LONG_ASSUMED } from './verdict.js';

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

  it.each([
    ['INSUFFICIENT_DATA', { min: 0 }, { low: -1, high: 0 }],
    ['NOT_READY', { min: 0 }, { low: -1, high: -0.1 }],
    ['INSUFFICIENT_DATA', { max: 2 }, { low: 2, high: 3 }],
    ['NOT_READY', { max: 2 }, { low: 2.1, high: 3 }],
    ['READY', { min: 0, max: 2 }, { low: 0, high: 2 }],
    ['INSUFFICIENT_DATA', { min: 0, max: 2 }, { low: -1, high: 3 }],
  ])('is %s for the limit %j and an interval that ends at it: %j', (verdict, line, interval) => {
    expect(verdictOf([figure({ interval })], line).verdict).toBe(verdict);
  });

  it('says why a line has no verdict, and only then', () => {
    const [passed] = verdictOf([figure()], { max: 1 }).lines;
    const limit = { max: 1, minN: 1, minHours: 1 };
    expect(passed).toEqual({ id: 'a.b', label: 'a', status: 'PASS', threshold: limitText({ max: 1 }), limit, figure: figure() }); // prettier-ignore
    const open: [Figure[], object, Lack][] = [
      [[], { max: 0 }, 'value'],
      [[figure({ value: undefined })], { max: 0 }, 'value'],
      [[figure()], { max: 0, minN: 101 }, 'sample'],
      [[figure()], { max: 0, minHours: 3 }, 'hours'],
      [[figure({ interval: { low: -1, high: 1 } })], { max: 0 }, 'interval'],
    ];
    for (const [figures, line, lack] of open) {
      const { lines } = verdictOf(figures, line);
      expect(lines).toMatchObject([{ id: 'a.b', status: 'INSUFFICIENT_DATA', lack }]);
      expect(lines[0]?.missing).toMatch(/./);
      expect(lines[0]?.figure).toEqual(figures[0]);
    }
    const [none, withoutValue] = [[], [figure({ value: undefined })]].map((one) => verdictOf(one, { max: 0 }).lines[0]);
    expect(withoutValue?.missing).toBe(none?.missing);
    expect(verdictOf([figure()], { max: 0, minN: 101 }).lines[0]?.missing).toMatch(/\b100\b.*\b101\b/);
  });

  it.each([{ min: 0 }, { max: 1 }, { min: 0, max: 1 }])('says what it was held to: %j', (line) => {
    expect(verdictOf([figure()], line).lines[0]?.limit).toStrictEqual({ ...line, minN: 1, minHours: 1 });
  });

  it('needs the covered hours of its line, else those of the file, and is given at exactly these', () => {
    expect(verdictOf([figure()], { max: 1 }, 2).verdict).toBe('READY');
    expect(verdictOf([figure()], { max: 1, minHours: 0 }, 3).verdict).toBe('READY');
    expect(verdictOf([figure()], { max: 1, minHours: 2 }, 0).verdict).toBe('READY');
  });

  it('judges an optional line that was measured', () => {
    expect(verdictOf([figure()], { max: 0, optional: true }).verdict).toBe('NOT_READY');
  });

  it('is not READY when one line passes and another cannot be judged', () => {
    const both = ThresholdsSchema.parse({ minHours: 0, lines: { 'a.b': { max: 1 }, 'c.d': { max: 0 } } });
    expect(judge([figure()], both, 2).verdict).toBe('INSUFFICIENT_DATA');
  });

  it('assumes nothing where every side is known, or none was asked for', () => {
    const known = figure({ id: LONG_ASSUMED, value: 0, unit: 'share' });
    for (const figures of [[figure()], [figure(), known], [figure(), { ...known, value: undefined }]]) {
      expect(judge(figures, thresholds({ max: 1 }), 2)).not.toHaveProperty('assumed');
    }
    const all = judge([figure(), { ...known, value: 1 }], thresholds({ max: 1 }), 2);
    expect(all.assumed).toMatch(/^\D+$/);
  });

  it('is NOT_READY when one line fails, whatever cannot be judged', () => {
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

  it('limit something by default, each for a reason', () => {
    expect(Object.keys(DEFAULT_THRESHOLDS.lines)).toEqual(Object.keys(DEFAULT_LIMITS));
    expect(Object.keys(DEFAULT_LIMITS)).toEqual(
      expect.arrayContaining([
        'replay.different',
        'recording.coverage',
        'multiplier.mean',
        'pnl.advantage_bps_per_day',
      ]),
    );
    for (const { limit, because } of Object.values(DEFAULT_LIMITS)) {
      expect(limitText(limit)).toMatch(/\d/);
      expect(because).toMatch(/./);
    }
  });

  it('allow a disadvantage of ten basis points a day, by default', () => {
    const advantage = (value: number) => figure({ id: 'pnl.advantage_bps_per_day', value, unit: 'bps/day' });
    const statuses = [-10, -10.1].map((value) => {
      const { lines } = judge([advantage(value)], DEFAULT_THRESHOLDS, 24);
      return lines.find(({ id }) => id === 'pnl.advantage_bps_per_day')?.status;
    });
    expect(statuses).toEqual(['PASS', 'FAIL']);
  });

  it('need prices where they are of prices alone', () => {
    const optional = Object.entries(DEFAULT_THRESHOLDS.lines).filter(([, line]) => line.optional);
    expect(optional.map(([id]) => id)).toEqual(
      Object.keys(DEFAULT_THRESHOLDS.lines).filter((id) => id.startsWith('pnl.')),
    );
  });

  it('are of one observation, and not optional, where a line does not say', () => {
    expect(thresholds({ max: 1 }).lines['a.b']).toEqual({ max: 1, minN: 1, optional: false });
  });

  it('are shown with the limits that they have', () => {
    expect([limitText({ min: 0.7, max: 1.1 }), limitText({ max: 0 }), limitText({ min: 0 })]).toEqual([
      '>= 0.7, <= 1.1',
      '<= 0',
      '>= 0',
    ]);
  });
});
