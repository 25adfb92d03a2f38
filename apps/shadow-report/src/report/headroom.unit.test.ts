import { describe, expect, it } from '@jest/globals';
import type { Figure, VerdictLine } from '@quantum/shadow-evidence';
import { closestToLimit } from './headroom.js';

const line = (
  label: string,
  value: number | undefined,
  unit: Figure['unit'],
  limit: { min?: number; max?: number },
  interval?: Figure['interval'],
): VerdictLine => ({
  id: label, label, status: 'PASS', threshold: '', limit: { ...limit, minN: 1, minHours: 0 },
  figure: { id: label, label, value, unit, n: 1, of: 'things', window: { fromSec: 0, toSec: 1 }, ...(interval && { interval }) },
}); // prettier-ignore
const order = (...lines: VerdictLine[]): string[] => closestToLimit(lines).map(({ label }) => label);

describe('what comes closest to its limit', () => {
  it('is what has used most of the way there, whatever the unit', () => {
    const half = line('half of a time', 300, 's', { max: 600 });
    const most = line('nine tenths of a share', 0.18, 'share', { max: 0.2 });
    expect(order(half, most)).toEqual(['nine tenths of a share', 'half of a time']);
  });

  it('measures a ratio from 1, and a share that must be high from all', () => {
    const half = line('half of a time', 300, 's', { max: 600 });
    expect(order(line('ratio of 1.01', 1.01, 'x', { max: 1.1 }), half)[0]).toBe('half of a time');
    expect(order(line('ratio of 0.75', 0.75, 'x', { min: 0.7 }), half)[0]).toBe('ratio of 0.75');
    expect(order(line('all of the time', 1, 'share', { min: 0.95 }), half)[0]).toBe('half of a time');
  });

  it('takes the side of a range that is closer, and the end of an interval', () => {
    const half = line('half of a time', 300, 's', { max: 600 });
    expect(order(half, line('range', 1.18, 'x', { min: 0.5, max: 1.2 }))[0]).toBe('range');
    expect(order(half, line('mean', 5, 'bps/day', { min: -10 }, { low: -9, high: 19 }))[0]).toBe('mean');
  });

  it('leaves out limits of none at all, and figures without a value', () => {
    expect(order(line('gaps', 0, 'count', { max: 0 }), line('nothing', undefined, 's', { max: 1 }))).toEqual([]);
  });
});
