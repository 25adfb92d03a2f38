import { expect, it } from '@jest/globals';
import { uniform } from '@quantum/generators';
import fc from 'fast-check';
import { centred, pathsOf, spreadOf } from './resample.js';

it('draws blocks of a day, each as it is in the record', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 1000 }), (hours, seed) => {
      const next = pathsOf(hours, seed)();
      const path = Array.from({ length: 72 }, next);
      expect(path.every((hour) => hour >= 0 && hour < hours)).toBe(true);
      for (const [i, hour] of path.entries()) if (i % 24 > 0) expect(hour).toBe((path[i - 1]! + 1) % hours);
    }),
  );
});

it('draws every hour alike', () => {
  const start = pathsOf(10, 1);
  const counts = Array.from({ length: 10 }, () => 0);
  for (let i = 0; i < 2000; i += 1) for (const hour of Array.from({ length: 24 }, start())) counts[hour]! += 1;
  expect(Math.min(...counts)).toBeGreaterThan(0.95 * 4800);
  expect(Math.max(...counts)).toBeLessThan(1.05 * 4800);
});

it('takes the mean away and leaves the spread', () => {
  fc.assert(
    fc.property(fc.array(uniform(-50, 50), { minLength: 2, maxLength: 50 }), (values) => {
      const noise = centred(values)!;
      expect(spreadOf(noise).mean).toBeCloseTo(0, 9);
      expect(spreadOf(noise).sd).toBeCloseTo(spreadOf(values).sd, 9);
    }),
  );
  expect(centred([1, undefined, 3])).toEqual([-1, 0, 1]);
  expect(centred([undefined])).toBeUndefined();
});
