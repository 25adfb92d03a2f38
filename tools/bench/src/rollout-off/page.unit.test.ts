import { describe, expect, it } from '@jest/globals';
import { boundSec, fillOff, isKept, type OffReport } from './page.js';

const report = (epoch: number[], expiry: number[]): OffReport => ({
  takenAt: '2026-01-02T03:04:05.678Z', commit: 'abcdef0', machine: '2 cores of X, node v20, Redis 7.0', intervalSec: 10,
  times: new Map([['kill', { epoch, expiry }]]),
}); // prettier-ignore

describe('the figures of the end of enforcement', () => {
  it('go between their marks, with date, commit and machine', () => {
    const page = 'a\n\n<!-- timed: off enforcement -->\n\nold\n\n<!-- /timed -->\n\nb <!-- measured: detection -->\n';
    const filled = fillOff(page, report([0.1, 0.2, 0.4], [1, 2, 30]));
    expect(filled).toContain('A short run: 2026-01-02, commit abcdef0, 2 cores of X, node v20, Redis 7.0, ROLLOUT_INTERVAL_SEC=10, so at most 40 s:');
    expect(filled).toContain('| kill | 3 | 0.20 | 0.40 | 2.00 | 30.00 |');
    expect(filled).not.toContain('old');
    const many = Array.from({ length: 200 }, () => 1);
    expect(fillOff(page, report(many, many))).not.toContain('short');
    expect(filled.startsWith('a\n')).toBe(true);
    expect(fillOff(filled, report([0.1, 0.2, 0.4], [1, 2, 30]))).toBe(filled);
  }); // prettier-ignore

  it('are refused by a page without marks', () => {
    expect(() => fillOff('a', report([1], [1]))).toThrow('no marks');
  });

  it('keep to an interval and a lifetime, or do not', () => {
    expect([1, 10, 15, 20].map(boundSec)).toEqual([31, 40, 60, 80]);
    expect(isKept(report([0.1], [40]))).toBe(true);
    expect(isKept(report([0.1], [40.01]))).toBe(false);
    expect(isKept(report([41, 0.1], [1, 1]))).toBe(false);
  });
});
