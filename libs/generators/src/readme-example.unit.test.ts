import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { score, uniform } from './index.js';

it('runs the example of the README', () => {
  const threshold = uniform(0.01, 1);
  fc.assert(
    fc.property(score, threshold, (x, t) => {
      expect(Math.min(1, x / t)).toBeLessThanOrEqual(1);
    }),
  );
});
