import { describe, expect, it } from '@jest/globals';
import { confidence, score, uniform } from '@quantum/generators';
import fc from 'fast-check';
import { capitalPressure, reallocationWeight } from './capital-pressure.js';

describe('capital pressure', () => {
  it.each([
    [0.65, 0.5, 0, 'INCREASE'],
    [0.9, 1, 9, 'INCREASE'],
    [0.65, 0.499, 0, 'HOLD'],
    [0.65, 0.499, 0.51, 'DECREASE'],
    [0.649, 1, 0, 'HOLD'],
    [0.5, 0, 0.5, 'HOLD'],
    [0.5, 0, 0.501, 'DECREASE'],
    [0.351, 1, 0, 'HOLD'],
    [0.35, 1, 0, 'DECREASE'],
    [0.35, 0, 0, 'DECREASE'],
  ])('at score %d, confidence %d and loss %d is %s', (scoreEwma, conf, lossShare, pressure) => {
    expect(capitalPressure(scoreEwma, conf, lossShare)).toBe(pressure);
  });
});

describe('the weight of a reallocation', () => {
  it.each([
    [0.5, 1, 0],
    [1, 1, 1],
    [0, 1, -1],
    [0.75, 0.5, 0.25],
    [0.25, 0.5, -0.25],
    [0, 0, 0],
  ])('at score %d and confidence %d is %d', (scoreEwma, conf, weight) => {
    expect(reallocationWeight(scoreEwma, conf)).toBe(weight);
  });

  it('is within -1..1, also beyond the range of scores', () => {
    fc.assert(
      fc.property(fc.oneof(score, uniform(-5, 5)), confidence, (scoreEwma, conf) => {
        expect(Math.abs(reallocationWeight(scoreEwma, conf))).toBeLessThanOrEqual(1);
      }),
    );
  });
});
