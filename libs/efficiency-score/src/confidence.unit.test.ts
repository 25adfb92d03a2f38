import { describe, expect, it } from '@jest/globals';
import { uniform } from '@quantum/generators';
import fc from 'fast-check';
import { confidenceOf, coverageOf, freshnessOf } from './confidence.js';
import { closeAll, earnings, FIRST, gains, flat, close, rules, rulesWith } from './periods.test-support.js';

describe('coverage', () => {
  it('is 0 before a period was measured', () => {
    expect(coverageOf(closeAll([flat(FIRST)])!, rules)).toBe(0);
  });

  it('is the share of measured periods while nothing decays', () => {
    const slow = rulesWith({ halflifeSec: 3e8 });
    expect(coverageOf(closeAll(earnings([1, 1, undefined]), slow)!, slow)).toBeCloseTo(2 / 4, 5);
  });

  it('is that of the weights, where they decay: 1/2 and 1/8 of 1, 1/2, 1/4, 1/8, 1/16', () => {
    const fast = rulesWith({ halflifeSec: 60 });
    expect(coverageOf(closeAll(earnings([1, undefined, 1, undefined]), fast)!, fast)).toBeCloseTo(0.625 / 1.9375, 12);
  });

  it('is within 0..1, and falls with each missing period', () => {
    fc.assert(
      fc.property(gains, fc.constantFrom(60, 600, 604_800), (given, halflifeSec) => {
        const own = rulesWith({ halflifeSec });
        const state = closeAll(earnings(given), own)!;
        const coverage = coverageOf(state, own);
        expect(coverage).toBeGreaterThanOrEqual(0);
        expect(coverage).toBeLessThanOrEqual(1);
        const later = close(state, flat(state.period + 1, { reservedUsd: undefined }), own).state;
        if (coverage > 0) expect(coverageOf(later, own)).toBeLessThan(coverage);
      }),
    );
  });

  it('of all periods is 1', () => {
    const state = closeAll([...earnings(Array.from({ length: 300 }, () => 1))])!;
    expect(coverageOf(state, rules)).toBeCloseTo(300 / 301, 3);
    const ended = { ...state, firstPeriod: state.firstPeriod + 1 };
    expect(coverageOf(ended, rules)).toBeCloseTo(1, 12);
  });

  it('of a symbol that was away for ages is 0', () => {
    const state = { ...closeAll(earnings([1, 2]))!, period: 9e15 };
    expect(coverageOf(state, rules)).toBe(0);
  });
});

describe('freshness', () => {
  it.each([
    [0, 1],
    [60, 1],
    [330, 0.5],
    [599, 1 / 540],
    [600, 0],
    [1e9, 0],
    [-60, 1],
    [-60.5, 0],
    [NaN, 0],
    [-Infinity, 0],
    [Infinity, 0],
  ])('of inputs %d s old is %d', (ageSec, freshness) => {
    expect(freshnessOf(0, ageSec, rules)).toBeCloseTo(freshness, 12);
  });

  it('is 0 for a time in milliseconds', () => {
    expect(freshnessOf(1_763_386_800_000, 1_763_386_810, rules)).toBe(0);
  });
});

describe('confidence', () => {
  it.each([
    [0, 1, 1, 0],
    [720, 1, 1, 0.5],
    [1440, 1, 1, 2 / 3],
    [720, 0.5, 1, 0.25],
    [720, 1, 0.5, 0.25],
    [720, 0, 1, 0],
  ])('of %d periods, coverage %d, freshness %d is %d', (periods, coverage, freshness, confidence) => {
    expect(confidenceOf(periods, coverage, freshness, rules)).toBeCloseTo(confidence, 12);
  });

  it('is within 0..1', () => {
    fc.assert(
      fc.property(uniform(0, 1e6), uniform(0, 1), uniform(0, 1), (periods, coverage, freshness) => {
        const confidence = confidenceOf(periods, coverage, freshness, rules);
        expect(confidence >= 0 && confidence <= 1).toBe(true);
      }),
    );
  });
});
