import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { uniform } from '@quantum/generators';
import fc from 'fast-check';
import { normalCdf } from './normal-cdf.js';

describe('Phi', () => {
  // Values of the NIST handbook and of mpmath at 50 digits.
  it.each([
    [0, 0.5],
    [-0, 0.5],
    [1, 0.8413447460685429],
    [-1, 0.15865525393145705],
    [1.6448536269514722, 0.95],
    [-1.959963984540054, 0.025],
    [3, 0.9986501019683699],
    [-6, 9.865876450376981e-10],
    [-10, 7.61985302416053e-24],
    [9, 1],
    [Infinity, 1],
    [-Infinity, 0],
    [-1e300, 0],
  ])('of %d is %d', (z, expected) => {
    expect(Math.abs(normalCdf(z) - expected)).toBeLessThanOrEqual(1e-14 * expected);
  });

  it('is within 0..1, symmetric and monotone', () => {
    const z = fc.oneof(uniform(-4, 4), uniform(-40, 40));
    fc.assert(
      fc.property(z, z, (a, b) => {
        expect(normalCdf(Math.min(a, b))).toBeLessThanOrEqual(normalCdf(Math.max(a, b)) + 2 ** -52);
        expect(Math.abs(normalCdf(a) + normalCdf(-a) - 1)).toBeLessThanOrEqual(2 ** -52);
        expect(normalCdf(a)).toBeGreaterThanOrEqual(0);
        expect(normalCdf(a)).toBeLessThanOrEqual(1);
      }),
      { numRuns: 2000 },
    );
  });

  it('has the same bits on every machine', () => {
    const values = Float64Array.from({ length: 8001 }, (_, i) => normalCdf((i - 4000) / 128));
    expect(createHash('sha256').update(new Uint8Array(values.buffer)).digest('hex')).toBe(
      '282493ff3d45b1c17223470e9c2ca9da83cbfa3966e5e6bed706263e3d81d312',
    );
  });
});
