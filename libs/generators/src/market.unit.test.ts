import { describe, expect, it } from '@jest/globals';
import { confidence, multiplier, priceUsd, qty, score, timeAround, usd } from './index.js';
import { drawn, shareWithin } from './drawn.test-support.js';

const shareOf = (values: readonly number[], value: number): number =>
  values.filter((each) => each === value).length / values.length;

describe.each([
  ['score', score, [0, 0.45, 0.5, 1]],
  ['confidence', confidence, [0, 0.65, 1]],
])('%s', (_name, numbers, often) => {
  const values = drawn(numbers);

  it('is within 0..1 and covers it', () => {
    expect(values.every((x) => x >= 0 && x <= 1)).toBe(true);
    for (let tenth = 0; tenth < 10; tenth += 1) {
      expect(shareWithin(values, tenth / 10, (tenth + 1) / 10)).toBeGreaterThan(0.06);
    }
    expect(shareWithin(values, 0.25, 0.44)).toBeGreaterThan(0.12);
  });

  it('includes the values at which a rule changes', () => {
    for (const value of often) expect(shareOf(values, value)).toBeGreaterThan(0.02);
    expect(values.filter((x) => Number(x.toFixed(2)) === x).length).toBeGreaterThan(2000);
  });
});

describe('a multiplier', () => {
  it('covers 0.5..1.5 evenly, and is 1 often', () => {
    const values = drawn(multiplier);
    for (let fifth = 0; fifth < 5; fifth += 1) {
      expect(shareWithin(values, 0.5 + fifth / 5, 0.7 + fifth / 5)).toBeGreaterThan(0.12);
    }
    expect(shareOf(values, 1)).toBeGreaterThan(0.08);
    expect([Math.min(...values), Math.max(...values)]).toEqual([0.5, 1.5]);
  });
});

describe.each([
  ['prices', priceUsd, 1e-6, 200_000],
  ['quantities', qty, 1e-5, 1e7],
])('%s', (_name, numbers, least, greatest) => {
  const values = drawn(numbers);

  it('have all magnitudes alike, and six digits', () => {
    expect([Math.min(...values), Math.max(...values)]).toEqual([least, greatest]);
    for (let low = least; low * 10 <= greatest; low *= 10) expect(shareWithin(values, low, 10 * low)).toBeGreaterThan(0.055);
    expect(values.every((value) => Number(value.toPrecision(6)) === value)).toBe(true);
  }); // prettier-ignore
});

describe('amounts', () => {
  it.each([undefined, 4000, 1e12])('of at most %p: 0, cents and fractions of cents, of all magnitudes', (max) => {
    const values = drawn(usd(max));
    expect([Math.min(...values), Math.max(...values)]).toEqual([0, max ?? 1e7]);
    expect(shareOf(values, 0)).toBeGreaterThan(0.08);
    expect(shareWithin(values, 1, 10)).toBeGreaterThan(0.04);
    const cents = values.filter((value) => value > 1 && Number(value.toFixed(2)) === value).length / values.length;
    expect(cents).toBeGreaterThan(0.2);
    expect(cents).toBeLessThan(0.6);
  });
});

describe('times', () => {
  it('are even around now, half of them whole seconds', () => {
    const values = drawn(timeAround(1_700_000_000, 600, 60));
    expect([Math.min(...values), Math.max(...values)]).toEqual([1_699_999_400, 1_700_000_060]);
    const ages = values.map((value) => 1_700_000_000 - value);
    for (let low = 0; low < 600; low += 100) expect(shareWithin(ages, low, low + 100)).toBeGreaterThan(0.09);
    expect(shareWithin(ages, -60, 0)).toBeGreaterThan(0.05);
    const fractional = ages.filter((age) => !Number.isInteger(age));
    expect(shareWithin(fractional, -60, 0)).toBeGreaterThan(0.05);
    const whole = values.filter(Number.isInteger).length / values.length;
    expect(whole).toBeGreaterThan(0.45);
    expect(whole).toBeLessThan(0.7);
  });
});
