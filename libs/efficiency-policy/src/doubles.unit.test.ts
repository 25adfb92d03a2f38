import { expect, it } from '@jest/globals';
import { finite, logUniform, magnitude } from '@quantum/generators';
import fc from 'fast-check';
import { ExactSum, greatestDouble, nextAfter } from './doubles.js';

const bits = new BigInt64Array(1);
const double = new Float64Array(bits.buffer);
const placeOf = (value: number): bigint => {
  double[0] = value;
  return bits[0] ?? 0n;
};
const doubleAt = (place: bigint): number => {
  bits[0] = place;
  return double[0] ?? 0;
};

const anyAmount = fc.oneof(magnitude, logUniform(1e-9, 1e12));

it('finds the greatest double from any starting point', () => {
  fc.assert(
    fc.property(anyAmount, anyAmount, (near, limit) => {
      let asked = 0;
      const holds = (value: number): boolean => {
        asked += 1;
        return value <= limit;
      };
      expect(greatestDouble(near, holds)).toBe(limit);
      expect(asked).toBeLessThanOrEqual(200);
    }),
    { numRuns: 2000 },
  );
});

it('takes a few calls from a close starting point, and checks each finite double once', () => {
  const step = fc.integer({ min: -16, max: 16 });
  fc.assert(
    fc.property(anyAmount, step, (near, steps) => {
      const limit = doubleAt(placeOf(near) + BigInt(steps));
      fc.pre(limit >= 0 && Number.isFinite(limit));
      const asked: number[] = [];
      const holds = (value: number): boolean => asked.push(value) > 0 && value <= limit;
      expect(greatestDouble(near, holds)).toBe(limit);
      expect(asked.length).toBeLessThanOrEqual(16);
      expect(new Set(asked.filter(Number.isFinite)).size).toBe(asked.length);
    }),
  );
  expect(greatestDouble(Number.MAX_VALUE, Number.isFinite)).toBe(Number.MAX_VALUE);
});

it('steps from double to double', () => {
  expect(nextAfter(0)).toBe(Number.MIN_VALUE);
  expect(nextAfter(1)).toBe(1 + Number.EPSILON);
  expect(nextAfter(Number.MAX_VALUE)).toBe(Infinity);
});

it('sums without rounding', () => {
  const sumOf = (values: readonly number[]): number => {
    const sum = new ExactSum();
    for (const value of values) sum.add(value);
    return sum.value;
  };
  expect(sumOf([])).toBe(0);
  expect(sumOf([1e100, 1, -1e100, 1e-100, -1])).toBe(1e-100);
  const amount = finite.map((value) => value / 1e8);
  // Doubles of all sizes. Their sum has more parts than the 40 of 53 bits that would hold it.
  const scattered = logUniform(1e-300, 1e300);
  fc.assert(
    fc.property(fc.array(fc.oneof(amount, scattered), { maxLength: 500, size: 'max' }), (values) => {
      expect(sumOf([...values, ...values.map((value) => -value).reverse()])).toBe(0);
      expect(Math.sign(sumOf([...values, Number.MIN_VALUE, ...values.map((value) => -value)]))).toBe(1);
    }),
  );
});
